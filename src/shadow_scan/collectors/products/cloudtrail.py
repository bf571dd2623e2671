"""AWS CloudTrail: who called which interface of Amazon's, models of Bedrock among them.

What was asked and answered is not read. Who signed in to a role (by IAM Identity Center, or in a
session that is named by a mail address) is that person; other roles, which programs take, stand as
devices.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_PATHS = {
    "written": "eventTime",
    "source": "eventSource",
    "kind": "eventType",
    "named": "tlsDetails.clientProvidedHostHeader",
    "client": "sourceIPAddress",
    "agent": "userAgent",
    "failed": "errorCode",
    "number": "eventID",
    "who": "userIdentity.type",
    "account": "userIdentity.userName",
    "principal": "userIdentity.principalId",
    "identity": "userIdentity.onBehalfOf.userId",
    "role": "userIdentity.sessionContext.sessionIssuer.userName",
    "invoker": "userIdentity.invokedBy",
}
_REFUSED = r"AccessDenied|UnauthorizedOperation|Unauthorized(?:Exception)?$|NotAuthorized"

_SQL = fields.record(
    fields.members(_PATHS),
    let={
        "moment": "iso_time(written)",
        "session": "nullif(split_part(principal, ':', 2), '')",
        "signed_in": """coalesce(starts_with(role, 'AWSReservedSSO_')
            OR contains(session, '@'), false)""",
    },
    skipped={
        "no request (another kind of record)": "written IS NOT NULL "
        "AND (source IS NULL OR kind <> 'AwsApiCall')",
        "no request (by a service of Amazon's own)": "who = 'AWSService' OR invoker IS NOT NULL "
        "OR client = 'AWS Internal' OR ends_with(client, '.amazonaws.com')",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "moment IS NULL",
    },
    event_time="moment",
    source_ip="client",
    user_name="""CASE WHEN who = 'AssumedRole' THEN CASE WHEN signed_in THEN session END
        WHEN who = 'FederatedUser' THEN coalesce(session, account)
        WHEN who <> 'Root' THEN coalesce(account, identity) END""",
    device_name="CASE WHEN who = 'AssumedRole' AND NOT signed_in THEN role END",
    authority="coalesce(named, source)",
    user_agent="agent",
    action=f"""CASE WHEN failed IS NULL THEN 'allowed'
        WHEN regexp_matches(failed, '{_REFUSED}') THEN 'blocked' END""",
    evidence="'transacted'",
    record="number",
)

CLOUDTRAIL = Format(
    name="cloudtrail",
    title="AWS CloudTrail, calls of Amazon's interfaces, Bedrock's among them (JSON)",
    kind="web server",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "user_agent"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"eventVersion" ?: ?"1\.)(?=.*"eventSource" ?: ?"[\w.-]+")'
        r'(?=.*"eventName" ?:)(?=.*"userIdentity" ?:)'
    ),
    reference="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html",
    sql=_SQL,
    zone="utc",
    notes="no paths, no sizes; without a host in a record, the name of the interface stands for it",
)
