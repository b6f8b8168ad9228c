"""The questions: assess, compare, attribute; ensembles of runs reduced to tables."""
