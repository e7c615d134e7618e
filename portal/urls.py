"""Contents: every page, below `/p/{programme}/`, and again for the widget's frame below `/w/{programme}/`."""

from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from portal.letters.api import MyConfirmation, MyConfirmationCode
from portal.pages.door import AskForLink, Ended, Enter, Language, Leave, Missing
from portal.pages.frames.framing import PORTAL_ONLY
from portal.pages.frames.loading import Loader
from portal.pages.frames.looks import Logo, Sheet
from portal.pages.guests.joining import Join, JoinLink
from portal.pages.guests.welcome import Terms, Welcome
from portal.pages.installing import Manifest, Offline, Worker
from portal.pages.inviting import ChooseCode, Claim, Invite
from portal.pages.mine import Mine, OneOfMine
from portal.pages.person.card import Card, CardCode, PrintedCard
from portal.pages.person.confirming import Confirm
from portal.pages.person.contacts import Mailbox, Phone
from portal.pages.person.going import Erase, Export, Gone
from portal.pages.person.me import Born, Consents, Me, Reading
from portal.pages.play.base import Switch
from portal.pages.play.boards import Boards, Seen
from portal.pages.play.overview import Challenge, Play, Stamp
from portal.pages.play.shelf import Badges, Levels
from portal.pages.play.streaks import Pause, Streaks
from portal.pages.points.earning import Earn
from portal.pages.points.seeing import Home
from portal.pages.points.statement import Statement, StatementFile, Why
from portal.pages.rewards import Reward, Rewards
from portal.pages.tiers import Tiers

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("<slug:program>/", Home.as_view(), name="home"),
    path("<slug:program>/card", Card.as_view(), name="card"),
    path("<slug:program>/card/print", PrintedCard.as_view(), name="printed-card"),
    path("<slug:program>/card/code", CardCode.as_view(), name="card-code"),
    path("<slug:program>/welcome", Welcome.as_view(), name="welcome"),
    path("<slug:program>/enter", Enter.as_view(), name="enter"),
    path("<slug:program>/enter/mail", AskForLink.as_view(), name="ask-for-link"),
    path("<slug:program>/ended", Ended.as_view(), name="ended"),
    path("<slug:program>/leave", Leave.as_view(), name="leave"),
    path("<slug:program>/language", Language.as_view(), name="language"),
    path("<slug:program>/join", Join.as_view(), name="join"),
    path("<slug:program>/join/link", JoinLink.as_view(), name="join-link"),
    path("<slug:program>/terms", Terms.as_view(), name="terms"),
    path("<slug:program>/gone", Gone.as_view(), name="gone"),
    path("<slug:program>/invite", Invite.as_view(), name="invite"),
    path("<slug:program>/invite/claim", Claim.as_view(), name="claim"),
    path("<slug:program>/invite/code", ChooseCode.as_view(), name="choose-code"),
    path("<slug:program>/theme-<slug:digest>.css", Sheet.as_view(), name="sheet"),
    path("<slug:program>/logo-<slug:digest>.png", Logo.as_view(), name="logo"),
    path("<slug:program>/manifest.webmanifest", Manifest.as_view(), name="manifest"),
    path("<slug:program>/worker.js", Worker.as_view(), name="worker"),
    path("<slug:program>/offline", Offline.as_view(), name="offline"),
    path("<slug:program>/me", Me.as_view(), name="me"),
    path("<slug:program>/me/birthday", Born.as_view(), name="birthday"),
    path("<slug:program>/me/consents", Consents.as_view(), name="consents"),
    path("<slug:program>/me/confirm", Confirm.as_view(), name="confirm"),
    path("<slug:program>/me/email", Mailbox.as_view(), name="email"),
    path("<slug:program>/me/erase", Erase.as_view(), name="erase"),
    path("<slug:program>/me/export", Export.as_view(), name="export"),
    path("<slug:program>/me/phone", Phone.as_view(), name="phone"),
    path("<slug:program>/me/reading", Reading.as_view(), name="reading"),
    path("<slug:program>/mine", Mine.as_view(), name="mine"),
    path("<slug:program>/mine/<str:redemption>", OneOfMine.as_view(), name="redemption"),
    path("<slug:program>/play", Play.as_view(), name="play"),
    path("<slug:program>/play/badges", Badges.as_view(), name="badges"),
    path("<slug:program>/play/boards", Boards.as_view(), name="boards"),
    path("<slug:program>/play/boards/<slug:board>", Boards.as_view(), name="board"),
    path("<slug:program>/play/cards/<slug:card>", Stamp.as_view(), name="stamp"),
    path("<slug:program>/play/challenges/<slug:challenge>", Challenge.as_view(), name="challenge"),
    path("<slug:program>/play/levels", Levels.as_view(), name="levels"),
    path("<slug:program>/play/seen", Seen.as_view(), name="seen"),
    path("<slug:program>/play/streaks", Streaks.as_view(), name="streaks"),
    path("<slug:program>/play/streaks/<slug:streak>", Pause.as_view(), name="pause"),
    path("<slug:program>/play/switch", Switch.as_view(), name="switch"),
    path("<slug:program>/rewards", Rewards.as_view(), name="rewards"),
    path("<slug:program>/rewards/<slug:reward>", Reward.as_view(), name="reward"),
    path("<slug:program>/earn", Earn.as_view(), name="earn"),
    path("<slug:program>/statement", Statement.as_view(), name="statement"),
    path("<slug:program>/statement.csv", StatementFile.as_view(), name="statement-file"),
    path("<slug:program>/statement/<str:entry>", Why.as_view(), name="why"),
    path("<slug:program>/tiers", Tiers.as_view(), name="tiers"),
    path("<slug:program>/<path:rest>", Missing.as_view(), name="missing"),
]

# The same pages inside a storefront's page, below `/w/{programme}/`: nobody is known by a cookie there, so no form
# needs a token against forged requests.
framed: list[URLPattern] = [
    path(str(each.pattern), csrf_exempt(each.callback), name=each.name)
    for each in urlpatterns
    if each.name not in PORTAL_ONLY
]

loader: list[URLPattern] = [
    path("v1.js", Loader.as_view(), name="widget-loader"),
    path("v1-<slug:digest>.js", Loader.as_view(), name="widget-loader-kept"),
]

# Below `/v1/`: what apps with a member's token may do.
wire: list[URLPattern] = [
    path("me/confirmation", MyConfirmation.as_view(), name="me-confirmation"),
    path("me/confirmation/code", MyConfirmationCode.as_view(), name="me-confirmation-code"),
]
