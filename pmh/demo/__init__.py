"""The demonstration: fictional persons, results and evaluations of the reference plan, on 13 January 2025.

`demo.load.load_demo()` tells the story in order of time, through the same verbs that the pages use:

    people        who holds which post, from when until when
    results       what each unit obtained (`data/results/*.toml`) and its breakdown by people
    evidence      the small files that go with it
    filings       how each unit's report of a semester went, and what went wrong
    evaluations   the evaluations 2022 and 2023, their findings and commitments (`data/evaluations/`)
    documents     which reports of evaluations and semesters were issued and published
    story         all of it, semester after semester

Everything is written or drawn by lot from seeds of its own: two empty databases end up with the same data. Nothing
here is a fact about any person or about the results of the Municipalidad.
"""
