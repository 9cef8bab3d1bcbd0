"""One address of every type of page."""

#: Name → path without language; the numbers are those that the demo content always gets.
PAGES = {
    "home": "/",
    "themes": "/themes/",
    "theme": "/themes/social-cohesion/",
    "list": "/good-practices/",
    "list with filters": "/good-practices/?theme=social-cohesion&country=BE&country=DE&q=housing",
    "list while choosing": "/good-practices/?compare=practice-67,practice-68",
    "nothing found": "/good-practices/?q=zzqqx&country=MT",
    "wrong parameter": "/good-practices/?theme=nonsense&page=0",
    "short record": "/good-practices/1-{1}/",
    "full practice": "/good-practices/67-{67}/",
    "foreign practice": "/good-practices/68-{68}/",
    "contact": "/good-practices/67-{67}/contact/",
    "comparison of none": "/good-practices/compare/",
    "comparison of three": "/good-practices/compare/?ids=practice-67,practice-68,practice-1",
    "search": "/search/?q=mentoring",
    "about": "/about/",
    "criteria": "/criteria/",
    "questions": "/faq/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "forgotten password": "/accounts/password/reset/",
    "contribute": "/contribute/",
    "contribute a practice": "/contribute/good-practice/",
    "numbers of the year": "/statistics/",
    "broken link of an owner": "/confirm/broken/",
    "not found": "/nothing-here/",
}
LANGUAGES = ("en", "fr", "de")
#: Pages that have a status of their own.
STATUS = {"wrong parameter": 400, "broken link of an owner": 404, "not found": 404}

#: Pages whose form carries a token, with the cookie that belongs to it.
WITH_TOKEN = frozenset({"sign in", "sign up", "forgotten password"})


def address(site: object, name: str, language: str) -> str:
    """Return the full address of a page in a language."""
    path = PAGES[name]
    if "{" in path:
        number = path.split("{")[1].split("}")[0]
        # A wrong slug redirects to the right one.
        path = path.replace(f"{{{number}}}", "x")
        if name == "contact":
            path = f"/good-practices/{number}-x/contact/"
    return f"{site.base}/{language}{path}"  # type: ignore[attr-defined]  # a tests.browser.conftest.Site
