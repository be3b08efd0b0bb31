import type { Algorithm } from '../../rank/algorithm.ts';
import type { Find } from '../candidate.ts';
import { authored } from './authored.ts';
import { catchUp } from './catch-up.ts';
import { communities } from './communities.ts';
import { interests } from './interests.ts';
import { newAuthors } from './new-authors.ts';
import { newest } from './newest.ts';
import { optionsOf, type SourceName } from './options.ts';
import { popular } from './popular.ts';
import { similarContent } from './similar-content.ts';
import { similarPeople } from './similar-people.ts';
import type { CommonRequest, CommonSource, PersonalRequest, PersonalSource } from './source.ts';
import { tagged } from './tagged.ts';
import { ties } from './ties.ts';
import { trending } from './trending.ts';

type CommonName = 'trending' | 'new_authors' | 'popular' | 'new';
type PersonalName = Exclude<SourceName, CommonName>;

/** Every source by the name that algorithms, explanations and metrics use. */
const COMMON: { readonly [S in CommonName]: CommonSource<S> } = {
  trending,
  new_authors: newAuthors,
  popular,
  new: newest,
};
const PERSONAL: { readonly [S in PersonalName]: PersonalSource<S> } = {
  ties,
  similar_content: similarContent,
  similar_people: similarPeople,
  communities,
  interests,
  catch_up: catchUp,
  tagged,
  authored,
};

export type Finds = readonly [source: SourceName, finds: readonly Find[]];
type Observe = (name: string, durationMs: number) => void;

/** What an algorithm asks of the common sources: algorithms that ask the same share the answer. */
export function commonOptions(algorithm: Algorithm): Partial<Algorithm['sources']> {
  return Object.fromEntries(Object.entries(algorithm.sources).filter(([name]) => name in COMMON));
}

/** Asks all common sources of an algorithm, without waiting for one before the next. */
export function findForEverybody(algorithm: Algorithm, request: CommonRequest, observe: Observe): Promise<Finds[]> {
  const ask = <S extends CommonName>(name: S): Promise<Finds[]> => {
    const options = optionsOf(algorithm.sources, name);
    const source: CommonSource<S> = COMMON[name];
    return options === undefined ? Promise.resolve([]) : timed(name, observe, source.find(request, options));
  };
  return gather((Object.keys(COMMON) as CommonName[]).map((name) => ask(name)));
}

/** Asks all personal sources of an algorithm at the same time. */
export function findForPerson(algorithm: Algorithm, request: PersonalRequest, observe: Observe): Promise<Finds[]> {
  const ask = <S extends PersonalName>(name: S): Promise<Finds[]> => {
    const options = optionsOf(algorithm.sources, name);
    const source: PersonalSource<S> = PERSONAL[name];
    return options === undefined ? Promise.resolve([]) : timed(name, observe, source.find(request, options));
  };
  return gather((Object.keys(PERSONAL) as PersonalName[]).map((name) => ask(name)));
}

async function timed(name: SourceName, observe: Observe, finding: Promise<readonly Find[]>): Promise<Finds[]> {
  const started = performance.now();
  const finds = await finding;
  observe(name, performance.now() - started);
  return [[name, finds]];
}

async function gather(asked: readonly Promise<Finds[]>[]): Promise<Finds[]> {
  return (await Promise.all(asked)).flat();
}
