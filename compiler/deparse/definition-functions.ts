/**
 * Functions that tell how what the catalog has was defined: a host brings them. Manual: "System Catalog Information
 * Functions".
 */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Call, Scalars } from '../functions/implementation.ts'
import { known } from '../system/definition.ts'
import { relationIn } from '../types/registered.ts'
import { constraintDefinition } from './constraint.ts'
import { indexDefinition } from './index-definition.ts'
import { partitionKey } from './partition.ts'
import { partitionConstraint } from './partition-constraint.ts'
import { argumentDefault, functionArguments, functionDefinition, functionResult } from './routine.ts'
import { triggerDefinition } from './trigger.ts'
import { ruleDefinition, viewDefinition } from './view.ts'

export const definitionFunctions: Scalars = {
  pg_get_expr: (tree: string) => known(tree, false),
  pg_get_expr_ext: (tree: string, _relation: bigint, isPretty: bigint) => known(tree, isPretty === 1n),
  pg_get_constraintdef: function (this: Call, oid: bigint) {
    return constraintDefinition(this, oid, false)
  },
  pg_get_constraintdef_ext: function (this: Call, oid: bigint, isPretty: bigint) {
    return constraintDefinition(this, oid, isPretty === 1n)
  },
  pg_get_indexdef: function (this: Call, oid: bigint) {
    return indexDefinition(this, oid, 0, false)
  },
  pg_get_indexdef_ext: function (this: Call, oid: bigint, column: bigint, isPretty: bigint) {
    return indexDefinition(this, oid, Number(column), isPretty === 1n)
  },
  pg_get_triggerdef: function (this: Call, oid: bigint) {
    return triggerDefinition(this, oid, false)
  },
  pg_get_triggerdef_ext: function (this: Call, oid: bigint, isPretty: bigint) {
    return triggerDefinition(this, oid, isPretty === 1n)
  },
  pg_get_partkeydef: function (this: Call, oid: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    return relation === undefined ? null : partitionKey(this, relation)
  },
  pg_get_partition_constraintdef: function (this: Call, oid: bigint) {
    return partitionConstraint(this, oid)
  },
  pg_get_viewdef: function (this: Call, oid: bigint) {
    return viewDefinition(this, oid, false)
  },
  pg_get_viewdef_ext: function (this: Call, oid: bigint, isPretty: bigint) {
    return viewDefinition(this, oid, isPretty === 1n)
  },
  pg_get_viewdef_name: function (this: Call, name: string) {
    return viewDefinition(this, relationIn(name, this), false)
  },
  pg_get_viewdef_name_ext: function (this: Call, name: string, isPretty: bigint) {
    return viewDefinition(this, relationIn(name, this), isPretty === 1n)
  },
  pg_get_ruledef: function (this: Call, oid: bigint) {
    return ruleDefinition(this, oid, false)
  },
  pg_get_ruledef_ext: function (this: Call, oid: bigint, isPretty: bigint) {
    return ruleDefinition(this, oid, isPretty === 1n)
  },
  pg_get_functiondef: function (this: Call, oid: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : functionDefinition(this, fn)
  },
  pg_get_function_arguments: function (this: Call, oid: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : functionArguments(this, fn, true)
  },
  pg_get_function_identity_arguments: function (this: Call, oid: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : functionArguments(this, fn, false)
  },
  pg_get_function_result: function (this: Call, oid: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : functionResult(this, fn)
  },
  pg_get_function_sqlbody: function (this: Call, oid: bigint) {
    if (this.catalog.findFn(Number(oid))?.body?.statements !== undefined)
      throw unsupported('the body of an SQL function')
    return null
  },
  pg_get_function_arg_default: function (this: Call, oid: bigint, position: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : argumentDefault(this, fn, Number(position))
  },
}
