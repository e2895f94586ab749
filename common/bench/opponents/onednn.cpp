// The convolutions and dense layers that operators.cpp measures, in oneDNN. Prints a line of JSON for ../onednn.cpp.
//   OMP_NUM_THREADS=1 lab-bench-onednn conv 64 6 14 14 16 5 1 0     N C H W, filters, size, stride, padding
//   OMP_NUM_THREADS=1 lab-bench-onednn dense 64 4096 4096           rows, inputs, outputs
// before them, if wanted: --processor-time, --seconds 0.3.
//
// Each direction is done twice: in the blocked layouts oneDNN likes best, with the reordering that someone whose
// tensors are plain NCHW pays for on every call, and in plain layouts throughout. The faster one is the opponent.
#include <dnnl.hpp>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/measure.hpp"

namespace {

using namespace cnn::bench;
using dnnl::memory;

struct Engine {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
};

memory filled(const memory::desc& description, const Engine& e) {
    memory made(description, e.engine);
    auto* numbers = static_cast<float*>(made.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i)
        numbers[i] = 0.01f * (static_cast<float>(i % 17) - 8);
    return made;
}

// One primitive and its arguments, as the user has them and as the primitive wants them.
struct Argument {
    int name;
    memory::desc plain, wanted;
    bool is_output = false;
};
std::function<void()> with_reorders(const dnnl::primitive& primitive, const std::vector<Argument>& arguments,
                                    const Engine& e) {
    struct Move {
        dnnl::reorder reorder;
        memory from, to;
    };
    std::vector<Move> before, after;
    std::unordered_map<int, memory> used;
    for (const Argument& a : arguments) {
        memory wanted = filled(a.wanted, e), plain = a.plain == a.wanted ? wanted : filled(a.plain, e);
        used.emplace(a.name, wanted);
        if (a.plain == a.wanted) continue;
        const Move in{dnnl::reorder(plain, wanted), plain, wanted}, out{dnnl::reorder(wanted, plain), wanted, plain};
        (a.is_output ? after : before).push_back(a.is_output ? out : in);
    }
    return [=, stream = e.stream]() mutable {
        for (Move& m : before) m.reorder.execute(stream, m.from, m.to);
        primitive.execute(stream, used);
        for (Move& m : after) m.reorder.execute(stream, m.from, m.to);
        stream.wait();
    };
}

// What the three directions of a layer share: x, w, y in plain layout or (`any`) in the one oneDNN chooses.
struct Layouts {
    memory::desc x, w, b, y;
};
struct Layer {
    memory::dims x, w, y;
    memory::format_tag x_tag, w_tag, y_tag;
    Layouts layouts(bool plain) const {
        const auto f32 = memory::data_type::f32;
        const auto tag = [&](memory::format_tag own) { return plain ? own : memory::format_tag::any; };
        return {{x, f32, tag(x_tag)}, {w, f32, tag(w_tag)}, {{w[0]}, f32, memory::format_tag::a}, {y, f32, tag(y_tag)}};
    }
};

using Runs = std::vector<std::pair<std::string, std::function<void()>>>;

// `make` builds the primitive descriptors of one kind of layer from layouts.
template <class Forward, class BackwardData, class BackwardWeights, class Make>
Runs directions(const Layer& layer, bool plain, const Engine& e, const Make& make) {
    const Layouts own = layer.layouts(true), wanted = layer.layouts(plain);
    const auto f = make.forward(wanted, e);
    const auto d = make.backward_data(wanted, e, f);
    const auto w = make.backward_weights(wanted, e, f);
    return {{"forward", with_reorders(Forward(f),
                                      {{DNNL_ARG_SRC, own.x, f.src_desc()},
                                       {DNNL_ARG_WEIGHTS, own.w, f.weights_desc()},
                                       {DNNL_ARG_BIAS, own.b, f.bias_desc()},
                                       {DNNL_ARG_DST, own.y, f.dst_desc(), true}},
                                      e)},
            {"backward input", with_reorders(BackwardData(d),
                                             {{DNNL_ARG_DIFF_DST, own.y, d.diff_dst_desc()},
                                              {DNNL_ARG_WEIGHTS, own.w, d.weights_desc()},
                                              {DNNL_ARG_DIFF_SRC, own.x, d.diff_src_desc(), true}},
                                             e)},
            {"backward filters", with_reorders(BackwardWeights(w),
                                               {{DNNL_ARG_SRC, own.x, w.src_desc()},
                                                {DNNL_ARG_DIFF_DST, own.y, w.diff_dst_desc()},
                                                {DNNL_ARG_DIFF_WEIGHTS, own.w, w.diff_weights_desc(), true},
                                                {DNNL_ARG_DIFF_BIAS, own.b, w.diff_bias_desc(), true}},
                                               e)}};
}

struct MakeConvolution {
    memory::dims stride, padding;
    static constexpr auto direct = dnnl::algorithm::convolution_direct;
    auto forward(const Layouts& l, const Engine& e) const {
        return dnnl::convolution_forward::primitive_desc(
            {dnnl::prop_kind::forward_training, direct, l.x, l.w, l.b, l.y, stride, padding, padding}, e.engine);
    }
    auto backward_data(const Layouts& l, const Engine& e,
                       const dnnl::convolution_forward::primitive_desc& forward) const {
        return dnnl::convolution_backward_data::primitive_desc({direct, l.x, l.w, l.y, stride, padding, padding},
                                                               e.engine, forward);
    }
    auto backward_weights(const Layouts& l, const Engine& e,
                          const dnnl::convolution_forward::primitive_desc& forward) const {
        return dnnl::convolution_backward_weights::primitive_desc(
            {direct, l.x, l.w, l.b, l.y, stride, padding, padding}, e.engine, forward);
    }
};

struct MakeDense {
    auto forward(const Layouts& l, const Engine& e) const {
        return dnnl::inner_product_forward::primitive_desc({dnnl::prop_kind::forward_training, l.x, l.w, l.b, l.y},
                                                           e.engine);
    }
    auto backward_data(const Layouts& l, const Engine& e,
                       const dnnl::inner_product_forward::primitive_desc& forward) const {
        return dnnl::inner_product_backward_data::primitive_desc({l.x, l.w, l.y}, e.engine, forward);
    }
    auto backward_weights(const Layouts& l, const Engine& e,
                          const dnnl::inner_product_forward::primitive_desc& forward) const {
        return dnnl::inner_product_backward_weights::primitive_desc({l.x, l.w, l.b, l.y}, e.engine, forward);
    }
};

Runs convolution(const std::vector<long>& a, bool plain, const Engine& e) {
    const long n = a[0], c = a[1], height = a[2], width = a[3], filters = a[4], size = a[5], stride = a[6], pad = a[7];
    const auto places = [&](long pixels) { return (pixels + 2 * pad - size) / stride + 1; };
    using tag = memory::format_tag;
    const Layer layer{{n, c, height, width},
                      {filters, c, size, size},
                      {n, filters, places(height), places(width)},
                      tag::nchw,
                      tag::oihw,
                      tag::nchw};
    return directions<dnnl::convolution_forward, dnnl::convolution_backward_data, dnnl::convolution_backward_weights>(
        layer, plain, e, MakeConvolution{{stride, stride}, {pad, pad}});
}

Runs dense(const std::vector<long>& a, bool plain, const Engine& e) {
    using tag = memory::format_tag;
    const Layer layer{{a[0], a[1]}, {a[2], a[1]}, {a[0], a[2]}, tag::nc, tag::oi, tag::nc};
    return directions<dnnl::inner_product_forward, dnnl::inner_product_backward_data,
                      dnnl::inner_product_backward_weights>(layer, plain, e, MakeDense{});
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    Effort effort{.warm_up = 0.05, .sample = 0.01, .total = 0.3};
    std::size_t at = 0;
    for (; at < words.size() && words[at].starts_with("--"); ++at)
        if (words[at] == "--processor-time")
            effort.time = Time::processor;
        else if (words[at] == "--seconds" && at + 1 < words.size())
            effort.total = std::stod(words[++at]);
    const bool is_dense = at < words.size() && words[at] == "dense";
    std::vector<long> sizes;
    for (++at; at < words.size(); ++at) sizes.push_back(std::stol(words[at]));
    if (sizes.size() != (is_dense ? 3u : 8u)) {
        std::cerr
            << "usage: lab-bench-onednn [--processor-time] [--seconds S] conv N C H W K SIZE STRIDE PADDING | dense "
               "ROWS INPUTS OUTPUTS\n";
        return 2;
    }
    const Engine e;
    nlohmann::json result;
    for (const bool plain : {false, true})
        for (const auto& [direction, run] : is_dense ? dense(sizes, plain, e) : convolution(sizes, plain, e)) {
            const Spread s = rate(run, effort);
            auto& best = result[direction];
            if (best.is_null() || best["median"] < s.median)
                best = {{"median", s.median}, {"min", s.min}, {"max", s.max}, {"plain", plain}};
        }
    std::cout << result.dump() << "\n";
}
