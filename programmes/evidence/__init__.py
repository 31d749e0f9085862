"""What may come in as evidence: files judged by their bytes, never by their name or declared type.

The judging (`judging`, `archives`, `office`, `pictures`, `pdf`, `texts`) knows neither Django nor the
database: it runs in a process of its own (`child`) that may use only so much memory and time, so that
no file, however hostile, costs more. `inspecting` starts that process and turns what it says into a
sentence.
"""
