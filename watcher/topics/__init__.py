"""Topics: what a desk watches, and how a story meets it.

query.py    what was typed → what is wanted, or a sentence about what is wrong with it
names.py    the catalogue of people, places and bodies, in many languages and scripts
lexicon.py  the common words of the news, in the languages of the news
match.py    stories → matches, each with its reasons as spans of the story's own text
"""
