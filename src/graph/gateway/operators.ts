import type { Plan } from 'neo4j-driver';
import { AppError } from '../../core/errors.ts';

/** Operators of plans that read this graph and nothing else. What a later Neo4j adds is refused until it stands here. */
const READING: ReadonlySet<string> = new Set([
  ...['AllNodesScan', 'NodeByLabelScan', 'UnionNodeByLabelsScan', 'IntersectionNodeByLabelsScan'],
  ...['SubtractionNodeByLabelsScan', 'NodeByIdSeek', 'NodeByElementIdSeek', 'NodeCountFromCountStore'],
  ...['NodeIndexScan', 'NodeIndexSeek', 'NodeIndexSeekByRange', 'NodeIndexContainsScan', 'NodeIndexEndsWithScan'],
  ...['NodeUniqueIndexSeek', 'NodeUniqueIndexSeekByRange', 'MultiNodeIndexSeek', 'RelationshipCountFromCountStore'],
  ...['Directed', 'Undirected'].flatMap((way) => [
    ...[`${way}AllRelationshipsScan`, `${way}RelationshipTypeScan`, `${way}UnionRelationshipTypesScan`],
    ...[`${way}RelationshipByIdSeek`, `${way}RelationshipByElementIdSeek`, `${way}RelationshipIndexScan`],
    ...[`${way}RelationshipIndexSeek`, `${way}RelationshipIndexSeekByRange`],
    ...[`${way}RelationshipIndexContainsScan`, `${way}RelationshipIndexEndsWithScan`],
  ]),
  ...['Expand(All)', 'Expand(Into)', 'OptionalExpand(All)', 'OptionalExpand(Into)', 'VarLengthExpand(All)'],
  ...['VarLengthExpand(Into)', 'VarLengthExpand(Pruning)', 'VarLengthExpand(Pruning,BFS)'],
  ...['VarLengthExpand(Pruning,BFS,All)', 'VarLengthExpand(Pruning,BFS,Into)', 'VarLengthExpand(Pruning,All)'],
  ...['Repeat(Trail)', 'BidirectionalRepeat(Trail)', 'ShortestPath', 'StatefulShortestPath(All)'],
  ...['StatefulShortestPath(Into)', 'Apply', 'SemiApply', 'AntiSemiApply', 'LetSemiApply', 'LetAntiSemiApply'],
  ...['SelectOrSemiApply', 'SelectOrAntiSemiApply', 'LetSelectOrSemiApply', 'LetSelectOrAntiSemiApply', 'RollUpApply'],
  ...['ConditionalApply', 'AntiConditionalApply', 'TriadicSelection', 'TriadicBuild', 'TriadicFilter', 'Anti'],
  ...['Argument', 'Filter', 'Projection', 'CacheProperties', 'Unwind', 'Optional', 'Limit', 'Skip', 'Sort'],
  ...['PartialSort', 'Top', 'PartialTop', 'Top1WithTies', 'PartialTop1WithTies', 'Distinct', 'OrderedDistinct'],
  ...['EagerAggregation', 'OrderedAggregation', 'CartesianProduct', 'ValueHashJoin', 'NodeHashJoin'],
  ...['NodeLeftOuterHashJoin', 'NodeRightOuterHashJoin', 'LeftOuterHashJoin', 'RightOuterHashJoin', 'AssertSameNode'],
  ...['AssertSameRelationship', 'Union', 'OrderedUnion', 'Eager', 'DropResult', 'EmptyResult', 'EmptyRow'],
  ...['ProduceResults', 'ProcedureCall'],
]);

/**
 * Holds the plan of a query against what reading needs. A procedure is one operator whatever it does; which ones may be
 * called is looked at in the text.
 *
 * @throws AppError `CYPHER_REFUSED`
 */
export function checkPlan(plan: Plan | false, queryType: string): void {
  if (plan === false || queryType !== 'r') {
    throw new AppError('CYPHER_REFUSED', 'The query does more than reading.');
  }
  const foreign = operatorsOf(plan).find((operator) => !READING.has(operator));
  if (foreign !== undefined) {
    throw new AppError(
      'CYPHER_REFUSED',
      `The query needs the operator ${foreign}, which is not for reading the graph.`,
    );
  }
}

function operatorsOf(plan: Plan): string[] {
  // As in "Expand(All)@neo4j".
  return [plan.operatorType.replace(/@.*$/, ''), ...plan.children.flatMap(operatorsOf)];
}
