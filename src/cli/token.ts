import { type Role, signToken } from '../api/auth.ts';
import { AppError } from '../core/errors.ts';
import { readSecrets } from '../core/secrets.ts';
import { type CommandContext, openCommand, print } from './context.ts';

export interface TokenOptions {
  readonly user: string;
  readonly role: Role;
  readonly days: number;
}

/** Prints a token for a person and role, signed with the service's own secret. */
export async function runToken(context: CommandContext, options: TokenOptions): Promise<void> {
  const { config } = openCommand(context);
  const { auth } = await readSecrets(config);
  if (auth === undefined) {
    throw new AppError('CONFIG_INVALID', 'AUTH_JWKS_URL is set: tokens are made by that key server, not here.');
  }
  const token = await signToken({
    subject: options.user,
    role: options.role,
    ttlSeconds: options.days * 86_400,
    secret: auth,
    issuer: config.auth.issuer,
    audience: config.auth.audience,
  });
  print(context, token);
}
