-- What people have ruled, as it stands today; plan and team are NULL where it holds for everybody.
CREATE TEMP TABLE rulings (
    service VARCHAR, status VARCHAR, plan VARCHAR, team VARCHAR, until DATE, owner VARCHAR)
