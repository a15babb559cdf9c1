-- Where a factory was created is shown as it was written; only looking it up goes without regard to case.

ALTER TABLE resource ADD COLUMN subscription_key {{key}} NOT NULL DEFAULT '';
ALTER TABLE resource ADD COLUMN resource_group_key {{key}} NOT NULL DEFAULT '';
UPDATE resource SET subscription_key = subscription, resource_group_key = resource_group;
