-- The image of the container from which this one was made. It may be gone: what an image is made of
-- it has itself.
alter table image add column parent varchar;
