-- Movers of shared pools and of unallocated cost are answered, too: `product` then holds the name of the pool, or
-- nothing.
ALTER TABLE cost_answer ADD COLUMN owner_kind TEXT COLLATE "C" NOT NULL DEFAULT 'product'
    CHECK (owner_kind IN ('product', 'shared', 'unallocated'));
