-- What people have ruled, as it stands today; plan and team are NULL where it holds for everybody.
-- `weight`: of several that fit, the heavier one goes before (team and plan, team, plan, everybody).
CREATE TEMP TABLE rulings (
    service VARCHAR, status VARCHAR, plan VARCHAR, team VARCHAR, until DATE, owner VARCHAR,
    decided DATE, weight INTEGER)
