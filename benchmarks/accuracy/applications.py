"""Work applications that people had long before AI, and what somebody who opens one is about to do.

A company has one or two of each kind, never all; which, its seed decides.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Application:
    host: str
    paths: tuple[str, ...]
    task: str


_KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "code": (
        ("github.com", "/acme/{hex}/pull/{n}"),
        ("gitlab.com", "/acme/platform/-/merge_requests/{n}"),
        ("bitbucket.org", "/acme/core/pull-requests/{n}"),
        ("acme.atlassian.net", "/browse/ENG-{n}"),
        ("stackoverflow.com", "/questions/{n}"),
        ("app.circleci.com", "/pipelines/github/acme/{hex}"),
        ("registry.npmjs.org", "/react"),
        ("pypi.org", "/project/requests/"),
        ("linear.app", "/acme/issue/ENG-{n}"),
    ),
    "contract-review": (
        ("acme.ironcladapp.com", "/workflow/{hex}"),
        ("app.docusign.com", "/documents/details/{uuid}"),
        ("cloudimanage.com", "/work/web/r/libraries/{hex}"),
        ("vault.netvoyage.com", "/neWeb2/docCent.aspx"),
        ("app.contractbook.com", "/contracts/{hex}"),
        ("secure.eu1.adobesign.com", "/account/agreements"),
        ("app.juro.com", "/contracts/{hex}"),
    ),
    "compliance": (
        ("app-de.onetrust.com", "/assessment-automation/assessments"),
        ("app.vanta.com", "/tests"),
        ("app.drata.com", "/controls"),
        ("eur-lex.europa.eu", "/legal-content/EN/TXT/"),
        ("acme.auditboard.com", "/controls/{n}"),
    ),
    "outbound-sales": (
        ("acme.lightning.force.com", "/lightning/r/Opportunity/{hex}/view"),
        ("app.hubspot.com", "/contacts/{n}/record/0-1/{n}"),
        ("acme.pipedrive.com", "/deal/{n}"),
        ("www.linkedin.com", "/sales/lead/{hex}"),
        ("web.outreach.io", "/sequences/{n}"),
        ("app.salesloft.com", "/app/cadences/{n}"),
        ("app.apollo.io", "/people/{hex}"),
    ),
    "marketing-content": (
        ("acme.wpengine.com", "/wp-admin/post.php"),
        ("webflow.com", "/design/acme"),
        ("us2.admin.mailchimp.com", "/campaigns/edit"),
        ("ads.google.com", "/aw/campaigns"),
        ("adsmanager.facebook.com", "/adsmanager/manage/ads"),
        ("app.contentful.com", "/spaces/{hex}/entries/{hex}"),
        ("analytics.google.com", "/analytics/web/"),
    ),
    "social-listening": (
        ("app.brandwatch.com", "/dashboards/{n}"),
        ("app.sproutsocial.com", "/listening"),
        ("hootsuite.com", "/dashboard"),
        ("app.talkwalker.com", "/app/project/{uuid}"),
        ("app.meltwater.com", "/explore"),
    ),
    "customer-support": (
        ("acme.zendesk.com", "/agent/tickets/{n}"),
        ("acme.freshdesk.com", "/a/tickets/{n}"),
        ("app.intercom.com", "/a/inbox/{hex}/conversation/{n}"),
        ("acme.gorgias.com", "/app/ticket/{n}"),
        ("acme.service-now.com", "/now/nav/ui/classic/params/target/incident.do"),
        ("app.frontapp.com", "/open/{hex}"),
    ),
    "finance-analysis": (
        ("system.netsuite.com", "/app/center/card.nl"),
        ("acme.s4hana.cloud.sap", "/ui"),
        ("go.xero.com", "/Reports/report.aspx"),
        ("qbo.intuit.com", "/app/reportlist"),
        ("www.bloomberg.com", "/markets/rates-bonds"),
        ("acme.anaplan.com", "/a/models"),
        ("www.datev.de", "/rechnungswesen"),
    ),
    "supplier-analysis": (
        ("acme.coupahost.com", "/suppliers/show/{n}"),
        ("service.ariba.com", "/Supplier.aw/{n}"),
        ("app.jaggaer.com", "/supplier/{n}"),
        ("acme.ivalua.app", "/page.aspx/en/sup/{n}"),
        ("ecovadis-survey.com", "/scorecard/{n}"),
    ),
    "recruiting": (
        ("app.greenhouse.io", "/people/{n}"),
        ("hire.lever.co", "/candidates/{uuid}"),
        ("app.ashbyhq.com", "/candidates/{uuid}"),
        ("wd5.myworkday.com", "/acme/d/task/{n}.htmld"),
        ("acme.personio.de", "/recruiting/applications/{n}"),
        ("www.linkedin.com", "/talent/hire/{n}"),
    ),
    "data-analysis": (
        ("app.snowflake.com", "/acme/w{hex}/query"),
        ("app.powerbi.com", "/groups/{uuid}/reports/{uuid}"),
        ("prod-uk-a.online.tableau.com", "/#/site/acme/views/{n}"),
        ("acme.cloud.looker.com", "/dashboards/{n}"),
        ("console.cloud.google.com", "/bigquery"),
        ("metabase.corp.example", "/question/{n}"),
    ),
    "meeting-notes": (
        ("us02web.zoom.us", "/wc/join/{n}"),
        ("teams.microsoft.com", "/l/meetup-join/{hex}"),
        ("meet.google.com", "/{hex}"),
        ("acme.webex.com", "/wbxmjs/joinservice"),
    ),
    "presentation": (
        ("docs.google.com", "/presentation/d/{hex}/edit"),
        ("acme-my.sharepoint.com", "/:p:/r/personal/{hex}"),
        ("app.pitch.com", "/app/presentation/{uuid}"),
    ),
    "image": (
        ("www.figma.com", "/design/{hex}"),
        ("www.canva.com", "/design/{hex}/edit"),
        ("assets.adobe.com", "/files"),
        ("acme.bynder.com", "/media/"),
    ),
    "video": (
        ("app.frame.io", "/projects/{uuid}"),
        ("studio.youtube.com", "/video/{hex}/edit"),
        ("vimeo.com", "/manage/videos"),
    ),
    "translation": (
        ("crowdin.com", "/project/acme"),
        ("app.lokalise.com", "/project/{hex}"),
        ("cloud.memsource.com", "/web/project2/show/{n}"),
    ),
    "research": (
        ("arxiv.org", "/abs/{n}"),
        ("pubmed.ncbi.nlm.nih.gov", "/{n}/"),
        ("www.statista.com", "/statistics/{n}"),
        ("www.sciencedirect.com", "/science/article/pii/{hex}"),
        ("scholar.google.com", "/scholar"),
        ("www.gartner.com", "/document/{n}"),
    ),
    "document-summary": (
        ("acme.sharepoint.com", "/sites/team/Shared%20Documents"),
        ("docs.google.com", "/document/d/{hex}/edit"),
        ("acme.atlassian.net", "/wiki/spaces/OPS/pages/{n}"),
        ("www.notion.so", "/acme/{hex}"),
        ("app.box.com", "/file/{n}"),
    ),
    "writing": (
        ("mail.google.com", "/mail/u/0/"),
        ("outlook.office.com", "/mail/inbox"),
    ),
    "automation": (
        ("airtable.com", "/app{hex}"),
        ("acme.monday.com", "/boards/{n}"),
        ("make.powerautomate.com", "/environments/{hex}/flows"),
    ),
    "model-building": (
        ("eu-central-1.console.aws.amazon.com", "/sagemaker/home"),
        ("ml.azure.com", "/experiments"),
        ("wandb.ai", "/acme/runs/{hex}"),
        ("www.kaggle.com", "/code"),
    ),
    "speech": (
        ("app.riverside.fm", "/studio/{hex}"),
        ("podcasters.spotify.com", "/pod/dashboard/episodes"),
    ),
}

EVERYBODY = (
    Application("mail.google.com", ("/mail/u/0/",), "writing"),
    Application("outlook.office.com", ("/mail/inbox",), "writing"),
    Application("app.slack.com", ("/client/{hex}",), ""),
    Application("calendar.google.com", ("/calendar/u/0/r/week",), ""),
)
"""Open all day on every desk: they say nothing."""


def applications(task: str) -> list[Application]:
    return [Application(host, (path,), task) for host, path in _KINDS.get(task, ())]
