"""⑤ Looks at a user's domain itself: name → DNS and registry → reach → verdict. `diagnose.py` joins the steps.

Each step has its own module, a frozen result with an Enum status, and no sentence: what the user reads is in
data/diagnosis.yml, in both languages.
"""
