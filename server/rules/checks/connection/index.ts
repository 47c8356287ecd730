/** Checks of the rules about starting providers, addresses, sockets, connecting, listening, accepting and events. */
import type { MakeCheck } from '../../check';
import { acceptChecks } from './accepting';
import { addressChecks } from './addresses';
import { applicationAcceptChecks } from './applicationAccept';
import { bindChecks } from './binding';
import { blockingChecks, cancelledConnectRules } from './blocking';
import { candidateRules, companionRules, lookupRules, streamRules, withoutCompanionRules } from './choosing';
import { connectingSessionRules, mappingRules, outcomeRules, pollingRules, returnRules, stepRules } from './connecting';
import { connectCheck } from './connectTracker';
import { establishedChecks } from './established';
import { eventChecks } from './events';
import { afterFailureRules, noWayBackRules, truthRules } from './failing';
import { initializationChecks } from './initialization';
import { listenChecks } from './listening';
import { optionChecks } from './options';
import { proxyChecks } from './proxy';
import { sessionRules } from './sessions';
import { socketChecks } from './sockets';

/** Everything that follows an application's connect from its call to its end. */
const connects: MakeCheck = () =>
	connectCheck([
		streamRules(),
		lookupRules(),
		candidateRules(),
		withoutCompanionRules(),
		companionRules(),
		stepRules(),
		mappingRules(),
		returnRules(),
		outcomeRules(),
		pollingRules(),
		connectingSessionRules(),
		afterFailureRules(),
		truthRules(),
		noWayBackRules(),
		cancelledConnectRules(),
		sessionRules(),
	]);

export const connectionChecks: readonly MakeCheck[] = [
	...initializationChecks,
	...addressChecks,
	...socketChecks,
	...bindChecks,
	...establishedChecks,
	...optionChecks,
	connects,
	...listenChecks,
	...acceptChecks,
	...applicationAcceptChecks,
	...eventChecks,
	...blockingChecks,
	...proxyChecks,
];
