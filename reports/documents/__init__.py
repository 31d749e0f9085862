"""Administrative documents after Decree 30/2020/NĐ-CP: pure data in, PDF and DOCX bytes out.

``layout`` holds the data, ``printed`` turns it into the words as they stand on the page, ``pdf``
and ``docx`` set those words. Nothing here knows a table of the database.
"""
