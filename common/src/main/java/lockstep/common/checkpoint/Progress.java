package lockstep.common.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;

/** What {@code progress.json} holds: the part of a {@link Snapshot} that is no array of weights. Absent numbers are left out of the file. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Progress(int step, Double bestValLossNats, String tokenizer, WindowState lossWindow, WindowState gradWindow) {}
