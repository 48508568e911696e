/** The command tags of statements that event triggers fire for. Manual: "Event Trigger Firing Matrix"; after CreateCommandTag. */
import type { ParsedStatement } from '../parse.ts'

/** What an object type of the grammar is called in a tag. */
const OBJECTS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_INDEX: 'INDEX',
  OBJECT_TYPE: 'TYPE',
  OBJECT_ATTRIBUTE: 'TYPE',
  OBJECT_DOMAIN: 'DOMAIN',
  OBJECT_DOMCONSTRAINT: 'DOMAIN',
  OBJECT_TABCONSTRAINT: 'TABLE',
  OBJECT_SCHEMA: 'SCHEMA',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE',
  OBJECT_ROUTINE: 'ROUTINE',
  OBJECT_TRIGGER: 'TRIGGER',
  OBJECT_PUBLICATION: 'PUBLICATION',
}

const FIXED: Readonly<Record<string, string>> = {
  CreateStmt: 'CREATE TABLE',
  ViewStmt: 'CREATE VIEW',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  IndexStmt: 'CREATE INDEX',
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  CreateSchemaStmt: 'CREATE SCHEMA',
  CreateEnumStmt: 'CREATE TYPE',
  CompositeTypeStmt: 'CREATE TYPE',
  AlterEnumStmt: 'ALTER TYPE',
  CreateDomainStmt: 'CREATE DOMAIN',
  AlterDomainStmt: 'ALTER DOMAIN',
  CreateTrigStmt: 'CREATE TRIGGER',
  CommentStmt: 'COMMENT',
  CreatePublicationStmt: 'CREATE PUBLICATION',
  AlterPublicationStmt: 'ALTER PUBLICATION',
}

/** The tag, or undefined for a statement that no event trigger fires for. */
export const eventTag = ({ tag, node }: Pick<ParsedStatement, 'tag' | 'node'>): string | undefined => {
  const fixed = FIXED[tag]
  if (fixed !== undefined) return fixed
  const object = (key: string): string | undefined => OBJECTS[String(node[key] ?? 'OBJECT_TABLE')]
  const named = (verb: string, noun: string | undefined): string | undefined => noun && `${verb} ${noun}`
  switch (tag) {
    case 'CreateTableAsStmt':
      return node.objtype === 'OBJECT_MATVIEW'
        ? 'CREATE MATERIALIZED VIEW'
        : node.is_select_into
          ? 'SELECT INTO'
          : 'CREATE TABLE AS'
    case 'CreateFunctionStmt':
      return node.is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'
    case 'AlterTableStmt':
    case 'AlterFunctionStmt':
      return named('ALTER', object('objtype'))
    case 'RenameStmt':
      return named('ALTER', object(node.renameType === 'OBJECT_COLUMN' ? 'relationType' : 'renameType'))
    case 'AlterObjectSchemaStmt':
    case 'AlterOwnerStmt':
      return named('ALTER', object('objectType'))
    case 'DropStmt':
      return named('DROP', object('removeType'))
    default:
      return undefined
  }
}
