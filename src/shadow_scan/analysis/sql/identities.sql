-- Who asked, for every combination of names that events carry: the user, else the user whom other
-- records show at the address or the device, else the person of the device (as the log or a lease names
-- it), else the device, else the address; and the team, by order of trust: the people file, the
-- department that the log itself carries, the device's person, the subnet; before all of them, what
-- somebody corrected.
CREATE {kind} {name} AS
WITH asked AS (
    SELECT DISTINCT user_id, device_id, address_id, department_id, leased, seen_user_id FROM {table}
), named AS (
    SELECT asked.*,
        coalesce(alias.user_text, users.text) AS user_text,
        -- what a program asked is no use of the device's owner
        CASE WHEN asked.user_id IS DISTINCT FROM 0 THEN owner.user_text END AS owner_text,
        owner.team AS owner_team,
        owner.function AS owner_function,
        owner.site AS owner_site,
        coalesce(devices.text, asked.leased) AS device_text,
        -- behind our own proxy or gateway sits somebody else
        CASE WHEN addresses.relay IS NULL THEN addresses.text END AS address_text,
        coalesce(spelled.team, departments.text) AS department,
        addresses.subnet_team
    FROM asked
    LEFT JOIN facts.users ON users.id = coalesce(asked.user_id, asked.seen_user_id)
    LEFT JOIN facts.people_aliases AS alias ON alias.alias_text = users.text
    LEFT JOIN facts.devices ON devices.id = asked.device_id
    LEFT JOIN facts.people_devices AS owner ON owner.device_text = coalesce(devices.text, asked.leased)
    LEFT JOIN facts.addresses ON addresses.id = asked.address_id
    LEFT JOIN facts.departments ON departments.id = asked.department_id
    LEFT JOIN (SELECT DISTINCT team FROM facts.people) AS spelled
        ON lower(spelled.team) = lower(departments.text)
)
SELECT named.user_id, named.device_id, named.address_id, named.department_id, named.leased,
    named.seen_user_id,
    coalesce(named.user_text, owner_text, device_text, address_text, 'unattributed') AS identity,
    CASE WHEN coalesce(named.user_text, owner_text) IS NOT NULL THEN 'person'
         WHEN device_text IS NOT NULL THEN 'device' ELSE 'address' END AS user_kind,
    coalesce(taught.team, person.team, department, owner_team, subnet_team, 'unattributed') AS team,
    CASE WHEN taught.team IS NOT NULL THEN 'correction'
         WHEN person.team IS NOT NULL AND named.seen_user_id IS NOT NULL
            THEN 'people file (user seen there by other records)'
         WHEN person.team IS NOT NULL THEN 'people file'
         WHEN department IS NOT NULL THEN 'department in the log'
         WHEN owner_team IS NOT NULL THEN 'device in the people file'
         WHEN subnet_team IS NOT NULL THEN 'subnet' END AS team_known_by,
    coalesce(person.function, owner_function) AS function,
    coalesce(person.site, owner_site) AS site
FROM named
LEFT JOIN facts.people AS person ON person.user_text = named.user_text
LEFT JOIN taught_teams AS taught
    ON taught.who = coalesce(named.user_text, owner_text, device_text, address_text)
