/**
 * What a run tells over HTTP, and both ends of it: the endpoint of a node, and the client that {@code lockstep cluster} uses.
 *
 * <p>
 * {@link lockstep.deploy.http.HttpEndpoint} listens and bounds; a {@link lockstep.deploy.http.Gate} before all {@link lockstep.deploy.http.Route}s turns away
 * what they must not see, by {@link lockstep.deploy.http.GateRules}; what is told comes from a {@link lockstep.deploy.http.ClusterView}. A further page is a further route, which gives a {@link lockstep.deploy.http.Page} that somebody else makes: {@link
 * lockstep.deploy.http.Assets} gives away what stands fast, a {@link lockstep.deploy.http.WebCall} is answered by code of another package, {@link lockstep.deploy.http.EventStream} tells what changes. Nothing here knows the
 * training loop. Plain HTTP: what is read is public to whoever reaches the port, and the one thing that can be asked for has to be proven by the cluster's
 * secret, which never crosses the wire. May import {@code lockstep.common}, {@code lockstep.coordinator.secret}, Jackson, and the JDK's HTTP server and
 * client.
 */
package lockstep.deploy.http;
