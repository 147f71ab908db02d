package lockstep.deploy.command;

import java.io.PrintWriter;

import lockstep.deploy.model.StoredModel;

/**
 * What each evaluation needs.
 *
 * @param batch B
 * @param batches at most so many, or so many questions
 * @param out of the numbers
 * @param err of what should be known beside them
 */
record EvalSetting(StoredModel stored, int batch, int batches, int threads, PrintWriter out, PrintWriter err) {}
