"""The demo's newswire: invented outlets, served over loopback as of any hour of ten days.

All of it is invented for demonstration. No outlet, agency or story here exists; where public figures
appear, they do what they might plausibly do in public, and did not do it.

    newswire.py     what there is to tell, and how each outlet behaves by the hour
    documents.py    an outlet's feed as bytes, as it stood at an hour
    wire.py         those bytes over HTTP, with every outlet's troubles
    outlets.toml, newswire.jsonl, topics.toml    the invention itself
"""
