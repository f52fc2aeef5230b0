-- Links of messages are written behind what they lead to, since 0047 gave them another rank. The
-- function of the centre that finds the writer of a table looks below its rank, and was made
-- before: whatever told of an appointment or an order in a channel was refused.

-- up postgres
SELECT sync_make_dispatch();

-- down
