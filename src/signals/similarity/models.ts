import { AppError } from '../../core/errors.ts';

/** What a model's neighbours are: content of content, or people of people. */
export type NeighbourKind = 'content' | 'people';

/** Everything about a model of neighbours that is computed from who engaged with what. Models are data. */
export interface CoEngagementModel {
  /** What its SIMILAR_TO edges are called. */
  readonly name: OwnModel;
  readonly kind: NeighbourKind;
  /**
   * `cosine`: of the two audiences (or histories), each counted by sign: an edge counts when its weight is above nothing,
   * however much it is, since what a person did often would otherwise drown what many did. Times
   * `common / (common + shrinkage)`, so that one person in common is little evidence.
   *
   * `rp3beta`: where a random walk content → person → content → … goes, over the popularity of where it ends to the power
   * of `beta` (Paudel et al. 2017, "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
   * Applications"). Content only.
   */
  readonly method: 'cosine' | 'rp3beta';
  /** Neighbours that are kept of each: the strongest. */
  readonly mostNeighbours: number;
  /** People of an item that are looked at: those who came last. */
  readonly mostPeople: number;
  /** Items of a person that are looked at: the newest. */
  readonly mostItems: number;
  /** A person with more edges than this (or an item, between people) is passed over: what is common to all shows no taste. */
  readonly tooMany: number;
  /** One with more edges than this is refreshed by the full run only: one more edge changes little there and costs most. */
  readonly densest: number;
  /** An edge below this weight at `now` is none: it was taken back, or has faded. */
  readonly leastWeight: number;
  /** Types of content that are nobody's neighbours. */
  readonly excludedTypes: readonly string[];
  readonly shrinkage: number;
  readonly beta: number;
  /** Having engaged with both counts half when the later of the two was so long ago, in milliseconds; null: it does not fade. */
  readonly halfLifeMs: number | null;
}

const COMMON = {
  mostNeighbours: 50,
  mostPeople: 200,
  mostItems: 50,
  densest: 2_000,
  leastWeight: 1e-9,
  excludedTypes: ['comment'],
  shrinkage: 5,
  beta: 0.6,
  halfLifeMs: null,
} as const;

export const COSINE: CoEngagementModel = {
  ...COMMON,
  name: 'cosine',
  kind: 'content',
  method: 'cosine',
  tooMany: 2_000,
};
export const RP3BETA: CoEngagementModel = { ...COSINE, name: 'rp3beta', method: 'rp3beta' };
export const COSINE_PEOPLE: CoEngagementModel = {
  ...COMMON,
  name: 'cosine_people',
  kind: 'people',
  method: 'cosine',
  tooMany: 1_000,
};

/** Models that follow every activity and are computed in full at night, if they are maintained. */
export const CO_ENGAGEMENT_MODELS: readonly CoEngagementModel[] = [COSINE, RP3BETA, COSINE_PEOPLE];

/** Names that the service itself computes under; nobody else may bring neighbours under them. */
export const OWN_MODELS = ['cosine', 'rp3beta', 'ease', 'cosine_people', 'seed_counts'] as const;
export type OwnModel = (typeof OWN_MODELS)[number];

/** What is kept up to date unless the configuration says otherwise. */
const MAINTAINED_BY_DEFAULT: readonly OwnModel[] = ['cosine', 'cosine_people', 'ease'];

/** The models that the configuration names, or the usual ones. @throws AppError `CONFIG_INVALID` for a name that is none */
export function maintainedModels(names: readonly string[] | undefined): readonly OwnModel[] {
  const unknown = names?.find((name) => !isOwnModel(name));
  if (unknown !== undefined) {
    throw new AppError('CONFIG_INVALID', `SIMILARITY_MODELS: ${unknown} is none of ${OWN_MODELS.join(', ')}`);
  }
  return names?.filter(isOwnModel) ?? MAINTAINED_BY_DEFAULT;
}

export function isOwnModel(name: string): name is OwnModel {
  return OWN_MODELS.some((own) => own === name);
}
