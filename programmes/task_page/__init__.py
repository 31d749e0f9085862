"""The page of a task, a module for each thing it shows; `programmes.pages` puts them together."""
