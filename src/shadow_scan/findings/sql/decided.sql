-- The latest decision of each scope, also where its date is over; its days are counted from today.
CREATE TEMP TABLE decided (
    place INTEGER, service VARCHAR, team VARCHAR, plan VARCHAR, status VARCHAR, owner VARCHAR,
    until DATE, review DATE, days_left INTEGER, days_to_review INTEGER)
