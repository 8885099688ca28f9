"""Answers in a language model's words, each sentence proved before a customer sees it.

Pure: what the model is asked (`prompt`), what it said (`claims`), where its quotes stand (`quotes`),
whether they carry what it says (`facts`, `negation`, `closeness`, `verifying`), and the reply made of
what holds (`drafting`). Talking to a model is `web`'s trade. May import `knowledge` and `bot`.
"""
