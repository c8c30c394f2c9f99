"""⑤ Decisions that need code; one action, one file, file name = action name. Rasa finds every class here by itself."""
