-- What was typed, pasted or uploaded into a form of the catalogue, from which a proposal was made: `part` names
-- the form. Both are NULL where the whole file was typed.
ALTER TABLE catalogue_proposal ADD COLUMN part TEXT;
ALTER TABLE catalogue_proposal ADD COLUMN input TEXT;
