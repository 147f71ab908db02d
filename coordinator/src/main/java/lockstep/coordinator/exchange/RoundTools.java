package lockstep.coordinator.exchange;

import lockstep.common.trace.ExchangeTrace;
import lockstep.coordinator.call.Deadline;

/** What a round is given beside its data. */
record RoundTools(Finish finish, Deadline deadline, ChunkBuffers buffers, ExchangeTrace trace) {}
