/**
 * Single-threaded fp32 kernels: the only package that sees the Vector API.
 *
 * <p>
 * Conventions. A kernel is pure, takes outputs, then inputs, then sizes, allocates nothing and starts no thread. Each family is an interface with two
 * implementations: {@code Scalar…}, plain loops that specify every bit, and {@code Vector…}, which must give the same bits at every vector width. Hence
 * <ul>
 * <li>a product sums over its inner dimension k in ascending order by fma, one accumulator per output: no blocking, tile or width can show in it;
 * <li>a sum along a row uses 16 virtual lanes, element i in lane i mod 16, folded by halves: j with j+8, then j+4, j+2, j+1;
 * <li>only +, −, ×, ÷, fma, sqrt, min, max, comparisons and our own polynomials appear.
 * </ul>
 * May import the JDK and {@code lockstep.common}.
 */
package lockstep.node.kernel;
