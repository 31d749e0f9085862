"""The list of tasks: which ones in which order, as a page, as CSV and as XLSX, and kept views."""
