/**
 * A model behind OpenAI's interface for completions, so that clients which know that one can talk to it.
 *
 * <p>
 * {@link lockstep.deploy.serve.CompletionRequestReader} refuses what it doesn't know; {@link lockstep.deploy.serve.Engine} has one thread compute, a bounded number of requests wait, and each request hear of its texts by a queue, so that a slow client
 * holds up nobody; {@link lockstep.deploy.serve.CompletionHandler} stands between that and HTTP. May import {@code lockstep.common}, {@code lockstep.node.generate}, {@code lockstep.deploy.complete}, {@code lockstep.deploy.http} and
 * Jackson.
 */
package lockstep.deploy.serve;
