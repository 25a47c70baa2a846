-- What the notary says of itself: when it last looked, and why it signs nothing.

create table es.notary_look (
    only_row boolean primary key default true check (only_row),
    looked_at timestamptz not null,
    trouble text check (octet_length(trouble) <= 100),
    reason text check (octet_length(reason) <= 2000),
    trouble_since timestamptz,
    check ((trouble is null) = (reason is null) and (trouble is null) = (trouble_since is null))
);

revoke all on es.notary_look from public;
grant select, insert, update on es.notary_look to tocsin_notary;
grant select on es.notary_look to tocsin_app;
