// Vectors of neighboring floats, in the compiler's own words: `a * x + y` on them is one instruction for all lanes,
// where the processor has one that is wide enough.
//
//     with_widest_lanes([&]<int lanes>() __attribute__((always_inline)) {
//         Lanes<lanes> sum{};                                        // zeros
//         for (Index i = 0; i + lanes <= count; i += lanes)
//             sum += 0.5f * lanes_at<lanes>(x + i);                  // a number times a vector
//         lanes_at<lanes>(y) = sum;
//     });
#pragma once

namespace cnn::lab09 {

// n floats side by side. They may begin at any float: no alignment is asked for.
template <int n>
using Lanes [[gnu::vector_size(n * sizeof(float)), gnu::aligned(alignof(float)), gnu::may_alias]] = float;

// The n floats that begin at p, to read or to write.
template <int n>
Lanes<n>& lanes_at(float* p) {
    return *reinterpret_cast<Lanes<n>*>(p);
}
template <int n>
const Lanes<n>& lanes_at(const float* p) {
    return *reinterpret_cast<const Lanes<n>*>(p);
}

namespace detail {
template <int n, class Body>
void with_lanes(const Body& body) {
    body.template operator()<n>();
}
#if defined(__x86_64__)
// What x86-64-v4 and -v3 add that such vectors need; Clang asks for extensions only by their own names.
inline bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512vl");
}
inline bool has_avx2() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
template <class Body>
[[gnu::target("arch=x86-64-v4")]] void with_avx512(const Body& body) {
    body.template operator()<16>();
}
template <class Body>
[[gnu::target("arch=x86-64-v3")]] void with_avx2(const Body& body) {
    body.template operator()<8>();
}
#endif
}  // namespace detail

// Calls body.operator()<n>() with as many lanes as this machine's vectors have: 16 (AVX-512), 8 (AVX2 and FMA), else 4
// (SSE, NEON). The body is compiled once for each of them, with that processor's instructions, into one program that
// runs everywhere; but only what is *inlined* into it is: mark the body, and every function it calls with vectors,
// always_inline. Where that is forgotten the answer is still right, and slow. For a verdict, which is for this machine
// (CNN_LANES_HERE), the length that it does not have is left out: 0.3 s less of waiting.
template <class Body>
void with_widest_lanes(const Body& body) {
#if defined(__x86_64__) && (!defined(CNN_LANES_HERE) || CNN_LANES_HERE == 16)
    if (detail::has_avx512()) return detail::with_avx512(body);
#endif
#if defined(__x86_64__) && (!defined(CNN_LANES_HERE) || CNN_LANES_HERE == 8)
    if (detail::has_avx2()) return detail::with_avx2(body);
#endif
    detail::with_lanes<4>(body);
}

}  // namespace cnn::lab09
