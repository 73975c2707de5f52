"""The public site. ALL OF ITS PAGES ARE OPEN TO EVERYBODY: nobody signs in, and nothing asks who is there.

So none touches session, user, messages or CSRF: each is the same for everybody, and may be kept by caches on the way.
Every view wears `open_page` (in `answers`), which is where sign-in is waived.
"""
