/** Which system catalogs can be read. The others would need rows that are not known. */

/** Catalogs that have the same rows in every database: nothing that can be made shows in them. */
export const FIXED_CATALOGS: readonly string[] = [
  'pg_aggregate',
  'pg_am',
  'pg_amop',
  'pg_amproc',
  'pg_cast',
  'pg_collation',
  'pg_conversion',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_foreign_server',
  'pg_foreign_table',
  'pg_language',
  'pg_init_privs',
  'pg_largeobject_metadata',
  'pg_opclass',
  'pg_operator',
  'pg_opfamily',
  'pg_parameter_acl',
  'pg_policy',
  'pg_range',
  'pg_replication_origin',
  'pg_seclabel',
  'pg_shdescription',
  'pg_shseclabel',
  'pg_statistic_ext',
  'pg_subscription',
  'pg_subscription_rel',
  'pg_tablespace',
  'pg_transform',
  'pg_ts_config',
  'pg_ts_config_map',
  'pg_ts_dict',
  'pg_ts_parser',
  'pg_ts_template',
  'pg_user_mapping',
]

/** Catalogs that what users make has rows in. */
const CHANGING_CATALOGS: readonly string[] = [
  'pg_db_role_setting',
  'pg_attrdef',
  'pg_attribute',
  'pg_auth_members',
  'pg_authid',
  'pg_class',
  'pg_constraint',
  'pg_database',
  'pg_default_acl',
  'pg_depend',
  'pg_description',
  'pg_enum',
  'pg_index',
  'pg_inherits',
  'pg_namespace',
  'pg_partitioned_table',
  'pg_event_trigger',
  'pg_proc',
  'pg_publication',
  'pg_publication_namespace',
  'pg_publication_rel',
  'pg_rewrite',
  'pg_sequence',
  'pg_trigger',
  'pg_type',
]

const KNOWN: ReadonlySet<string> = new Set([...FIXED_CATALOGS, ...CHANGING_CATALOGS])

/** Whether the rows of a catalog are known. */
export const hasRows = (schema: string, name: string): boolean => schema === 'pg_catalog' && KNOWN.has(name)
