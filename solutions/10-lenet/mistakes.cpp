// Wrong answers that learners give, each with the sentence that names it.
#include <algorithm>
#include <cmath>

#include "bitmaps.hpp"
#include "grader/exercise.hpp"
#include "layers.hpp"
#include "nn/optimizer.hpp"
#include "probes.hpp"
#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::lab10;
using grader::mistake;
using grader::Replacement;

namespace {

// ---- 10.1 ----

Tensor transposed(const Tensor& table) {
    Tensor result({table.size(1), table.size(0)});
    for (Index i = 0; i < table.size(0); ++i)
        for (Index j = 0; j < table.size(1); ++j) result(j, i) = table(i, j);
    return result;
}

// The rules of table I, of which one can go wrong.
struct TableRules {
    bool wraps_around = true;    // 5 is followed by 0
    bool pairs_as_four = false;  // columns 12 to 14 as four neighbours, too
};
Tensor table_by(const TableRules& rules) {
    Tensor table({6, 16});
    const auto neighbours = [&](Index k, Index first, Index count) {
        if (!rules.wraps_around) first = std::min(first, 6 - count);
        for (Index i = 0; i < count; ++i) table((first + i) % 6, k) = 1;
    };
    for (Index k = 0; k < 6; ++k) neighbours(k, k, 3);
    for (Index k = 6; k < 12; ++k) neighbours(k, k - 6, 4);
    for (Index k = 12; k < 15; ++k) {
        const Index first = k - 12;
        if (rules.pairs_as_four)
            neighbours(k, first, 4);
        else if (k < 14)
            for (const Index c : {first, first + 1, first + 3, first + 4}) table(c, k) = 1;
        else
            for (const Index c : {0, 2, 3, 5}) table(c, k) = 1;
    }
    neighbours(15, 0, 6);
    return table;
}

// Copies between w [M, R, S] and all [K, C, R, S], `f` being told (m, k, c, r, s).
template <class F>
void walk(const Tensor& table, Index rows, Index columns, bool by_input, const F& f) {
    Index m = 0;
    const Index outer = by_input ? table.size(0) : table.size(1), inner = by_input ? table.size(1) : table.size(0);
    for (Index a = 0; a < outer; ++a)
        for (Index b = 0; b < inner; ++b) {
            const Index c = by_input ? a : b, k = by_input ? b : a;
            if (table(c, k) == 0) continue;
            for (Index r = 0; r < rows; ++r)
                for (Index s = 0; s < columns; ++s) f(m, k, c, r, s);
            ++m;
        }
}

Tensor gather_in_order_of_inputs(const Tensor& all, const Tensor& table) {
    Tensor w = gather_filters(all, table);
    walk(table, all.size(2), all.size(3), true,
         [&](Index m, Index k, Index c, Index r, Index s) { w(m, r, s) = all(k, c, r, s); });
    return w;
}

// ---- 10.2 ----

// a · f(the four) + b, for a wrong f.
template <class F>
Tensor subsample_with(const Tensor& x, const Tensor& a, const Tensor& b, const F& f) {
    Tensor y = subsample_forward(x, a, b);
    for (Index n = 0; n < y.size(0); ++n)
        for (Index c = 0; c < y.size(1); ++c)
            for (Index i = 0; i < y.size(2); ++i)
                for (Index j = 0; j < y.size(3); ++j)
                    y(n, c, i, j) = a(c) * f(x(n, c, 2 * i, 2 * j), x(n, c, 2 * i, 2 * j + 1),
                                             x(n, c, 2 * i + 1, 2 * j), x(n, c, 2 * i + 1, 2 * j + 1)) +
                                    b(c);
    return y;
}

Tensor last_image_only(const Tensor& x) {
    Tensor result(x.shape());
    const Index length = x.count() / x.size(0);
    std::copy_n(x.data() + x.count() - length, length, result.data() + x.count() - length);
    return result;
}

// ---- 10.3 ----

template <class F>
Tensor each(Tensor x, const F& f) {
    for (float& value : x.values()) value = f(value);
    return x;
}

// Pixel j of digit d as a picture that is read column by column.
Tensor codes_by_columns() {
    Tensor codes = digit_codes();
    const Tensor right = codes;
    for (Index digit = 0; digit < 10; ++digit)
        for (Index row = 0; row < bitmap_height; ++row)
            for (Index column = 0; column < bitmap_width; ++column)
                codes(digit, column * bitmap_height + row) = right(digit, row * bitmap_width + column);
    return codes;
}

// Equation 9 with exponentials as they stand in it.
nn::LossResult plain_exponentials(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    nn::LossResult result = map_loss(y, labels, j);
    result.loss = 0;
    const auto images = static_cast<float>(y.size(0));
    for (Index n = 0; n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        float sum = std::exp(static_cast<float>(-j));
        for (Index i = 0; i < y.size(1); ++i) sum += std::exp(-y(n, i));
        result.loss += (y(n, label) + std::log(sum)) / images;
        for (Index i = 0; i < y.size(1); ++i)
            result.gradient(n, i) = (static_cast<float>(i == label) - std::exp(-y(n, i)) / sum) / images;
    }
    return result;
}

// Equation 8: the first term alone.
nn::LossResult first_term_only(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    nn::LossResult result = map_loss(y, labels, j);
    result.loss = 0;
    result.gradient.fill(0);
    const auto images = static_cast<float>(y.size(0));
    for (Index n = 0; n < y.size(0); ++n) {
        const Index label = labels[static_cast<std::size_t>(n)];
        result.loss += y(n, label) / images;
        result.gradient(n, label) = 1 / images;
    }
    return result;
}

nn::LossResult largest_is_right(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
    nn::LossResult result = map_loss(y, labels, j);
    result.correct = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        Index best = 0;
        for (Index i = 0; i < y.size(1); ++i)
            if (y(n, i) > y(n, best)) best = i;
        result.correct += best == labels[static_cast<std::size_t>(n)];
    }
    return result;
}

// ---- 10.4 ----

// The published network with parts exchanged.
struct Parts1998 {
    bool tanh = false, squash_subsampling = true, squash_f6 = true, table = true, max_pooling = false, rbf = true;
};
template <class Squash>
nn::Sequential network_of(const Parts1998& parts) {
    nn::Sequential network;
    const auto subsampling = [&](const char* name, Index maps) {
        if (parts.max_pooling)
            network.add(name, nn::MaxPool2d({.size = 2, .stride = 2}));
        else
            network.add(name, Subsampling(maps));
        if (parts.squash_subsampling) network.add(Squash());
    };
    network.add("c1", nn::Conv2d(1, 6, {.size = 5})).add(Squash());
    subsampling("s2", 6);
    if (parts.table)
        network.add("c3", ConnectedConv2d(connection_table(), 5));
    else
        network.add("c3", nn::Conv2d(6, 16, {.size = 5}));
    network.add(Squash());
    subsampling("s4", 16);
    network.add("c5", nn::Conv2d(16, 120, {.size = 5})).add(Squash());
    network.add(nn::Flatten());
    network.add("f6", nn::Dense(120, 84));
    if (parts.squash_f6) network.add(Squash());
    if (parts.rbf)
        network.add("output", Rbf(digit_codes()));
    else
        network.add("output", nn::Dense(84, 10));
    return network;
}

// The same mistake in both probes of a network: its table and its pass. One network: no two mistakes differ otherwise.
template <nn::Sequential (*build)()>
NetworkTable table_with() {
    nn::Sequential network = build();
    return table_of(network, {1, 1, 32, 32});
}
template <nn::Sequential (*build)()>
NetworkPass pass_with(const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    nn::Sequential network = build();
    return pass_of(network, x, dy, seed);
}
nn::Sequential plain_tanh() { return network_of<nn::Tanh>({}); }
nn::Sequential linear_subsampling() { return network_of<nn::ScaledTanh>({.squash_subsampling = false}); }
nn::Sequential linear_f6() { return network_of<nn::ScaledTanh>({.squash_f6 = false}); }
nn::Sequential all_connected() { return network_of<nn::ScaledTanh>({.table = false}); }
nn::Sequential max_pooling() { return network_of<nn::ScaledTanh>({.max_pooling = true}); }
nn::Sequential dense_output() { return network_of<nn::ScaledTanh>({.rbf = false}); }

template <class F>
std::vector<LayerCount> counts_with(const F& change) {
    std::vector<LayerCount> counts = lenet5_counts();
    for (LayerCount& count : counts) change(count);
    return counts;
}

// ---- 10.5 ----

template <class Squash, class Pool>
nn::Sequential today(const Window& first, bool bias = true) {
    nn::Sequential network(nn::Conv2d(1, 6, first, bias), Squash(), Pool({.size = 2, .stride = 2}),
                           nn::Conv2d(6, 16, {.size = 5}, bias), Squash(), Pool({.size = 2, .stride = 2}),
                           nn::Flatten());
    const Index features = network.output_shape({1, 1, 28, 28})[1];
    network.add(nn::Dense(features, 120, bias)).add(Squash());
    network.add(nn::Dense(120, 84, bias)).add(Squash());
    network.add(nn::Dense(84, 10, bias));
    return network;
}
constexpr Window padded{.size = 5, .padding = 2};
nn::Sequential without_padding() { return today<nn::ReLU, nn::MaxPool2d>({.size = 5}); }
nn::Sequential average_pooling() { return today<nn::ReLU, nn::AveragePool2d>(padded); }
nn::Sequential tanh_for_relu() { return today<nn::Tanh, nn::MaxPool2d>(padded); }
nn::Sequential no_biases() { return today<nn::ReLU, nn::MaxPool2d>(padded, false); }
nn::Sequential relu_at_the_end() {
    nn::Sequential network = today<nn::ReLU, nn::MaxPool2d>(padded);
    network.add(nn::ReLU());
    return network;
}
nn::Sequential no_relu_between_dense() {
    return nn::Sequential(nn::Conv2d(1, 6, padded), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Conv2d(6, 16, {.size = 5}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                          nn::Flatten(), nn::Dense(400, 120), nn::Dense(120, 84), nn::Dense(84, 10));
}
template <nn::Sequential (*build)()>
NetworkTable table_today_with() {
    nn::Sequential network = build();
    return table_of(network, {1, 1, 28, 28});
}

// ---- 10.6 ----

// The loop with one thing wrong.
struct LoopFaults {
    bool shuffles = true, drops_last = false, means_of_means = false, one_order = false, next_rate = false;
    bool first_rate = false, new_sgd = false, no_momentum = false, stays_in_evaluation = false,
         no_evaluation_mode = false;
    bool learns_test = false, tests_training = false, forgets_rate_of_batch = false;
};

// Mean loss and accuracy over all batches; with `sgd`, it learns from them.
Score pass_over(nn::Layer& network, const nn::Loss& loss, const Images& images,
                const std::vector<std::vector<Index>>& batches, nn::Sgd* sgd, double rate, const LoopFaults& faults) {
    double loss_sum = 0, correct = 0, seen = 0;
    for (const auto& numbers : batches) {
        Images batch = take(images, numbers);
        nn::LossResult result = loss(network.forward(std::move(batch.x)), batch.labels);
        const auto count = faults.means_of_means ? 1.0 : static_cast<double>(numbers.size());
        loss_sum += result.loss * count;
        correct += static_cast<double>(result.correct) / static_cast<double>(numbers.size()) * count;
        seen += count;
        if (!sgd) continue;
        network.backward(std::move(result.gradient));
        sgd->step(rate);
    }
    return {loss_sum / seen, correct / seen};
}

std::vector<std::vector<Index>> in_order(Index count, Index batch_size) {
    std::vector<std::vector<Index>> batches;
    for (Index i = 0; i < count; ++i) {
        if (i % batch_size == 0) batches.emplace_back();
        batches.back().push_back(i);
    }
    return batches;
}

TrainingLoop loop_with(const LoopFaults& faults) {
    return [faults](nn::Layer& network, const nn::Loss& loss, const Images& training, const Images& test,
                    const TrainOptions& options) {
        nn::Sgd sgd(network, {.momentum = faults.no_momentum ? 0 : options.momentum});
        std::vector<EpochScore> scores;
        for (Index epoch = 0; epoch < options.epochs; ++epoch) {
            if (faults.new_sgd) sgd = nn::Sgd(network, {.momentum = options.momentum});
            const double rate =
                learning_rate(options.schedule, faults.first_rate ? 0 : epoch + (faults.next_rate ? 1 : 0));
            if (!faults.stays_in_evaluation || epoch == 0) network.set_training(true);
            const Index count = training.x.size(0);
            auto batches = faults.shuffles
                               ? mini_batches(count, options.batch_size, options.seed, faults.one_order ? 0 : epoch)
                               : in_order(count, options.batch_size);
            if (faults.drops_last && static_cast<Index>(batches.back().size()) < options.batch_size) batches.pop_back();
            const Score learned = pass_over(network, loss, training, batches, &sgd, rate, faults);
            if (!faults.no_evaluation_mode) network.set_training(false);
            const Images& asked = faults.tests_training ? training : test;
            const Score tested = pass_over(network, loss, asked, in_order(asked.x.size(0), options.batch_size),
                                           faults.learns_test ? &sgd : nullptr, rate, faults);
            scores.push_back({rate, learned, tested});
        }
        return scores;
    };
}

EvaluateReport evaluate_with(const LoopFaults& faults, const Images& images, Index batch_size, Index classes,
                             std::uint32_t seed) {
    nn::Sequential network = small_network(images.x.size(1), classes, seed);
    if (!faults.no_evaluation_mode) network.set_training(false);
    auto batches = in_order(images.x.size(0), batch_size);
    if (faults.drops_last && batches.size() > 1 && static_cast<Index>(batches.back().size()) < batch_size)
        batches.pop_back();
    const Score score = pass_over(network, nn::softmax_cross_entropy(), images, batches, nullptr, 0, faults);
    return {score, weights_of(network)};
}

// ---- 10.7 ----

// lenet_sizes with one thing wrong.
struct SizeFaults {
    bool pads_first = true, pads_all = false, pool_stride_is_size = false, counts_biases = true;
    bool forgets_channels = false, forgets_last_dense = false, refuses = true, rounds_up = false;
};
LenetSizes sizes_with(const LenetOptions& options, const SizeFaults& faults) {
    if (faults.refuses) lenet_sizes(options);
    LenetSizes sizes{{}, 0, 0};
    const Index bias = faults.counts_biases ? 1 : 0;
    const auto after = [&](Index side, Index size, Index stride, Index padding) {
        const Index steps = side + 2 * padding - size;
        return (faults.rounds_up ? steps + stride - 1 : steps) / stride + 1;
    };
    Index channels = 1, side = 28;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        const bool pads = faults.pads_all || (faults.pads_first && layer == 0);
        const Index depth = faults.forgets_channels ? 1 : channels;
        sizes.parameters += options.filters[layer] * (depth * options.filter_size * options.filter_size + bias);
        channels = options.filters[layer];
        side = after(side, options.filter_size, std::max<Index>(options.filter_stride, 1),
                     pads ? options.filter_size / 2 : 0);
        sizes.sides.push_back(side);
        const Index stride = faults.pool_stride_is_size ? options.pool_size : options.pool_stride;
        side = after(side, options.pool_size, std::max<Index>(stride, 1), 0);
        sizes.sides.push_back(side);
    }
    Index inputs = sizes.features = channels * side * side;
    std::vector<Index> neurons = options.dense;
    if (!faults.forgets_last_dense) neurons.push_back(10);
    for (const Index outputs : neurons) {
        sizes.parameters += outputs * (inputs + bias);
        inputs = outputs;
    }
    return sizes;
}

// build_lenet with one thing wrong.
struct BuildFaults {
    bool relu_at_the_end = false, pool_stride_is_size = false, one_hidden_layer = false, relu_missing = false;
};
NetworkTable built_with(const LenetOptions& options, const BuildFaults& faults) {
    const LenetSizes sizes = lenet_sizes(options);
    nn::Sequential network;
    Index channels = 1;
    for (std::size_t layer = 0; layer < options.filters.size(); ++layer) {
        network.add(nn::Conv2d(channels, options.filters[layer],
                               {options.filter_size, options.filter_stride, layer == 0 ? options.filter_size / 2 : 0}));
        if (!faults.relu_missing) network.add(nn::ReLU());
        network.add(
            nn::MaxPool2d({options.pool_size, faults.pool_stride_is_size ? options.pool_size : options.pool_stride}));
        channels = options.filters[layer];
    }
    network.add(nn::Flatten());
    Index inputs = faults.pool_stride_is_size ? network.output_shape({1, 1, 28, 28})[1] : sizes.features;
    for (const Index neurons : options.dense) {
        network.add(nn::Dense(inputs, neurons)).add(nn::ReLU());
        inputs = neurons;
        if (faults.one_hidden_layer) break;
    }
    network.add(nn::Dense(inputs, 10));
    if (faults.relu_at_the_end) network.add(nn::ReLU());
    return table_of(network, {1, 1, 28, 28});
}

}  // namespace

const std::vector<Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list{
        // 10.1
        mistake(connection_table, "table_transposed",
                "the table is turned: its rows are the 6 maps of S2, its columns the 16 maps of C3.",
                [] { return transposed(connection_table()); }),
        mistake(connection_table, "no_wrap_around",
                "the groups of neighbours stop at map 5: in the paper they go on with map 0, so that every map of S2 "
                "feeds ten of C3.",
                [] { return table_by({.wraps_around = false}); }),
        mistake(connection_table, "no_pairs",
                "columns 12 to 14 hold four neighbours like 6 to 11: look at the table again, their four fall into two "
                "groups with a gap between.",
                [] { return table_by({.pairs_as_four = true}); }),
        mistake(connection_table, "all_connected", "every map of C3 sees every map of S2: only column 15 does.",
                [] {
                    return Tensor::full({6, 16}, 1);
                }),
        mistake(spread_filters, "order_of_inputs",
                "the filters are handed out in the order of the maps of S2: the first ones belong to map 0 of C3.",
                [](const Tensor& w, const Tensor& table) {
                    Tensor all = spread_filters(w, table);
                    walk(table, w.size(1), w.size(2), true,
                         [&](Index m, Index k, Index c, Index r, Index s) { all(k, c, r, s) = w(m, r, s); });
                    return all;
                }),
        mistake(spread_filters, "filters_not_counted_on",
                "the filters begin again with number 0 for every map of C3: each connection has a filter of its own.",
                [](const Tensor& w, const Tensor& table) {
                    Tensor all = spread_filters(w, table);
                    for (Index k = 0; k < table.size(1); ++k) {
                        Index m = 0;
                        for (Index c = 0; c < table.size(0); ++c) {
                            if (table(c, k) == 0) continue;
                            for (Index r = 0; r < w.size(1); ++r)
                                for (Index s = 0; s < w.size(2); ++s) all(k, c, r, s) = w(m, r, s);
                            ++m;
                        }
                    }
                    return all;
                }),
        mistake(spread_filters, "packed_to_the_front",
                "the filters of a map stand at its first channels: they belong at the channels it is connected to.",
                [](const Tensor& w, const Tensor& table) {
                    Tensor all({table.size(1), table.size(0), w.size(1), w.size(2)});
                    const Tensor right = spread_filters(w, table);
                    for (Index k = 0; k < table.size(1); ++k) {
                        Index place = 0;
                        for (Index c = 0; c < table.size(0); ++c) {
                            if (table(c, k) == 0) continue;
                            for (Index r = 0; r < w.size(1); ++r)
                                for (Index s = 0; s < w.size(2); ++s) all(k, place, r, s) = right(k, c, r, s);
                            ++place;
                        }
                    }
                    return all;
                }),
        mistake(gather_filters, "gathered_by_inputs",
                "the gradients come out in the order of the maps of S2, so that each goes to another filter than it "
                "came from: walk through the table as spread_filters does.",
                gather_in_order_of_inputs),
        mistake(gather_filters, "zeros_left_out",
                "filters are left out because they are zero: it is the table that says which are connections.",
                [](const Tensor& all, const Tensor& table) {
                    const Tensor w = gather_filters(all, table);
                    const Index length = w.size(1) * w.size(2);
                    std::vector<float> kept;
                    for (Index m = 0; m < w.size(0); ++m) {
                        const auto filter =
                            w.values().subspan(static_cast<std::size_t>(m * length), static_cast<std::size_t>(length));
                        if (std::ranges::any_of(filter, [](float v) { return v != 0; }))
                            kept.insert(kept.end(), filter.begin(), filter.end());
                    }
                    return Tensor({static_cast<Index>(kept.size()) / length, w.size(1), w.size(2)}, kept);
                }),
        mistake(gather_filters, "gathers_everything",
                "all filters come back, also those without a connection: C3 has 60 filters, not 96.",
                [](const Tensor& all, const Tensor& table) {
                    gather_filters(all, table);
                    return all.reshaped({all.size(0) * all.size(1), all.size(2), all.size(3)});
                }),

        // 10.2
        mistake(subsample_forward, "mean_not_sum",
                "the four are averaged: here they are added, and the coefficient does the scaling.",
                [](const Tensor& x, const Tensor& a, const Tensor& b) {
                    return subsample_with(x, a, b,
                                          [](float p, float q, float r, float s) { return (p + q + r + s) / 4; });
                }),
        mistake(subsample_forward, "maximum_not_sum",
                "the largest of the four is taken, as in max pooling: LeNet-5 adds all four.",
                [](const Tensor& x, const Tensor& a, const Tensor& b) {
                    return subsample_with(x, a, b, [](float p, float q, float r, float s) {
                        return std::max({p, q, r, s});
                    });
                }),
        mistake(subsample_forward, "bias_forgotten", "the bias is missing: b(c) is added to every value of map c.",
                [](const Tensor& x, const Tensor& a, const Tensor& b) {
                    subsample_forward(x, a, b);
                    return subsample_forward(x, a, Tensor(b.shape()));
                }),
        mistake(subsample_forward, "bias_scaled",
                "the bias is multiplied by the coefficient as well: first multiply, then add.",
                [](const Tensor& x, const Tensor& a, const Tensor& b) {
                    Tensor scaled = b;
                    for (Index c = 0; c < b.size(0) && a.shape() == b.shape(); ++c) scaled(c) *= a(c);
                    return subsample_forward(x, a, scaled);
                }),
        mistake(subsample_forward, "first_maps_numbers",
                "every map uses the coefficient and bias of map 0: they have the index c.",
                [](const Tensor& x, const Tensor& a, const Tensor& b) {
                    subsample_forward(x, a, b);
                    return subsample_forward(x, Tensor::full(a.shape(), a(0)), Tensor::full(b.shape(), b(0)));
                }),
        mistake(subsample_backward, "gradient_quartered",
                "the error is divided by four on its way back, as for a mean: each of the four inputs takes part with "
                "the full coefficient.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    g.dx *= 0.25f;
                    return g;
                }),
        mistake(subsample_backward, "coefficient_missing",
                "dx lacks the coefficient: the error that arrives at an input is multiplied by a(c).",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    g.dx = subsample_backward(dy, x, Tensor::full(a.shape(), 1)).dx;
                    return g;
                }),
        mistake(subsample_backward, "last_image_only",
                "da and db hold the last image's part only: start at zero once, and add up over all images.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    const SubsampleGradients last = subsample_backward(last_image_only(dy), x, a);
                    return SubsampleGradients{g.dx, last.da, last.db};
                }),
        mistake(subsample_backward, "inputs_forgotten_in_da",
                "da adds up dy alone: a(c) was multiplied by the sum of four inputs, so its gradient is, too.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    return SubsampleGradients{g.dx, g.db, g.db};
                }),
        mistake(subsample_backward, "error_to_one_input",
                "only the upper left of the four inputs gets an error: all four took part in the sum.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    for (Index n = 0; n < x.size(0); ++n)
                        for (Index c = 0; c < x.size(1); ++c)
                            for (Index i = 0; i < x.size(2); ++i)
                                for (Index j = 0; j < x.size(3); ++j)
                                    if (i % 2 != 0 || j % 2 != 0) g.dx(n, c, i, j) = 0;
                    return g;
                }),

        // 10.3
        mistake(digit_codes, "zeros_for_paper",
                "paper is 0: the code words are +1 and -1, so that F6 is driven to both sides.",
                [] { return each(digit_codes(), [](float v) { return std::max(v, 0.0f); }); }),
        mistake(digit_codes, "ink_and_paper_swapped", "ink and paper have changed places: # is +1.",
                [] { return each(digit_codes(), [](float v) { return -v; }); }),
        mistake(digit_codes, "read_by_columns",
                "the pictures are read column by column: they are kept row by row, 7 pixels in each.",
                codes_by_columns),
        mistake(rbf_forward, "root_taken", "this is the distance: the penalty is its square, without the root.",
                [](const Tensor& x, const Tensor& w) {
                    return each(rbf_forward(x, w), [](float v) { return std::sqrt(v); });
                }),
        mistake(rbf_forward, "dot_product",
                "this is the product of x and the code, as in a dense layer: here the squares of their differences are "
                "added up.",
                [](const Tensor& x, const Tensor& w) {
                    Tensor y = rbf_forward(x, w);
                    for (Index n = 0; n < y.size(0); ++n)
                        for (Index i = 0; i < y.size(1); ++i) {
                            y(n, i) = 0;
                            for (Index j = 0; j < x.size(1); ++j) y(n, i) += x(n, j) * w(i, j);
                        }
                    return y;
                }),
        mistake(rbf_forward, "mean_of_squares", "the squares are averaged over the D numbers: they are only added up.",
                [](const Tensor& x, const Tensor& w) {
                    Tensor y = rbf_forward(x, w);
                    return y *= 1 / static_cast<float>(x.size(1));
                }),
        mistake(rbf_backward, "two_forgotten",
                "the gradient is half of what it should be: (x - w)² has the derivative "
                "2 (x - w).",
                [](const Tensor& dy, const Tensor& x, const Tensor& w) {
                    Tensor dx = rbf_backward(dy, x, w);
                    return dx *= 0.5f;
                }),
        mistake(rbf_backward, "sign_turned", "the gradient points the wrong way: it is 2 (x - w), not 2 (w - x).",
                [](const Tensor& dy, const Tensor& x, const Tensor& w) {
                    Tensor dx = rbf_backward(dy, x, w);
                    return dx *= -1;
                }),
        mistake(rbf_backward, "last_class_only",
                "only the last class is kept: x takes part in the distances to all classes, so their parts are added.",
                [](const Tensor& dy, const Tensor& x, const Tensor& w) {
                    Tensor last = dy;
                    for (Index n = 0; n < dy.size(0); ++n)
                        for (Index i = 0; i + 1 < dy.size(1); ++i) last(n, i) = 0;
                    return rbf_backward(last, x, w);
                }),
        mistake(map_loss, "first_term_only",
                "this is equation 8, the penalty of the right class alone: equation 9 adds the logarithm that pushes "
                "the other classes away.",
                first_term_only),
        mistake(
            map_loss, "rubbish_class_forgotten",
            "e^-j is missing in the sum: it stands for whatever is none of the classes.",
            [](const Tensor& y, const std::vector<std::int32_t>& labels, double) { return map_loss(y, labels, 1e6); }),
        mistake(
            map_loss, "overflow",
            "the exponentials under- or overflow: take the largest exponent out of the sum before you compute them.",
            plain_exponentials),
        mistake(map_loss, "not_averaged", "loss and gradient are added up over the images: divide both by N.",
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    nn::LossResult result = map_loss(y, labels, j);
                    const auto images = static_cast<float>(y.size(0));
                    result.loss *= static_cast<double>(images);
                    result.gradient *= images;
                    return result;
                }),
        mistake(map_loss, "gradient_not_averaged",
                "the loss is a mean, its gradient is not: divide the gradient by N as well.",
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    nn::LossResult result = map_loss(y, labels, j);
                    result.gradient *= static_cast<float>(y.size(0));
                    return result;
                }),
        mistake(map_loss, "largest_is_right",
                "the largest penalty counts as the answer: the right class is the one with the smallest.",
                largest_is_right),

        // 10.4
        mistake(lenet5_counts, "biases_not_counted",
                "the biases are missing among the parameters: every filter and every unit has one.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.parameters > 0) count.parameters -= count.maps;
                    });
                }),
        mistake(lenet5_counts, "connections_without_bias",
                "the connections to the bias are missing: every unit but those of OUTPUT has one.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.parameters > 0) count.connections -= count.maps * count.side * count.side;
                    });
                }),
        mistake(lenet5_counts, "c3_all_connected",
                "C3 is counted as if every map saw all six of S2: table I has 60 connections, not 96.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer != "C3") return;
                        count.parameters = 96 * 25 + 16;
                        count.connections = 100 * count.parameters;
                    });
                }),
        mistake(lenet5_counts, "codes_counted", "the 840 numbers of the codes are fixed: OUTPUT has no trainable ones.",
                [] {
                    return counts_with([](LayerCount& count) {
                        if (count.layer == "OUTPUT") count.parameters = 840;
                    });
                }),
        mistake(lenet5_1998_table, "tanh_not_scaled",
                "the squashing function is the plain tanh: LeNet-5 uses 1.7159 tanh(2x/3), nn::ScaledTanh.",
                table_with<plain_tanh>),
        mistake(lenet5_1998_table, "subsampling_not_squashed",
                "no squashing function follows s2 and s4: subsampling units have one like all others.",
                table_with<linear_subsampling>),
        mistake(lenet5_1998_table, "f6_not_squashed", "f6 goes to the output without its squashing function.",
                table_with<linear_f6>),
        mistake(lenet5_1998_table, "c3_sees_everything",
                "c3 is a plain convolution with 2,416 parameters: only the 60 connections of table I have filters.",
                table_with<all_connected>),
        mistake(lenet5_1998_table, "max_pooling_in_1998",
                "s2 and s4 are max pooling: in 1998 they were trainable subsampling, with 12 and 32 parameters.",
                table_with<max_pooling>),
        mistake(lenet5_1998_table, "dense_output",
                "the output layer is a dense one with 850 parameters: it is an Rbf with the fixed digit_codes().",
                table_with<dense_output>),
        mistake(lenet5_1998_pass, "pass_tanh_not_scaled",
                "outputs and gradients are those of the plain tanh: LeNet-5 uses 1.7159 tanh(2x/3), nn::ScaledTanh.",
                pass_with<plain_tanh>),
        mistake(lenet5_1998_pass, "pass_subsampling_not_squashed",
                "outputs and gradients are those of a network whose subsampling is not squashed: a ScaledTanh follows "
                "s2 and s4, too.",
                pass_with<linear_subsampling>),
        mistake(lenet5_1998_pass, "pass_f6_not_squashed",
                "outputs and gradients are those of a network without a ScaledTanh after f6.", pass_with<linear_f6>),

        // 10.5
        mistake(lenet5_table, "padding_forgotten",
                "the first convolution has no padding: 28×28 pixels shrink to 24×24, and 256 features are left instead "
                "of 400.",
                table_today_with<without_padding>),
        mistake(lenet5_table, "average_pooling",
                "the pooling takes means: today's LeNet-5 takes maxima, nn::MaxPool2d.",
                table_today_with<average_pooling>),
        mistake(lenet5_table, "tanh_for_relu", "the activations are tanh: today's LeNet-5 has ReLU.",
                table_today_with<tanh_for_relu>),
        mistake(lenet5_table, "no_biases", "the layers have no biases: 236 parameters are missing.",
                table_today_with<no_biases>),
        mistake(lenet5_table, "relu_at_the_end",
                "a ReLU follows the last layer: the loss wants the ten numbers as they are, negative ones included.",
                table_today_with<relu_at_the_end>),
        mistake(lenet5_table, "no_relu_between_dense",
                "the dense layers follow each other without a ReLU: three linear maps in a row are only one.",
                table_today_with<no_relu_between_dense>),
        mistake(lenet5_pass, "pass_average_pooling",
                "outputs and gradients are those of a network with average pooling: the maximum is wanted.",
                pass_with<average_pooling>),
        mistake(lenet5_pass, "pass_tanh_for_relu",
                "outputs and gradients are those of a network with tanh: the activations are ReLU.",
                pass_with<tanh_for_relu>),
        mistake(lenet5_pass, "pass_relu_at_the_end", "the outputs have gone through a ReLU: no negative one is left.",
                pass_with<relu_at_the_end>),

        // 10.6
        mistake(learning_rate, "each_stage_one_epoch",
                "the epoch is taken for the number of the stage: each stage lasts for its own number of epochs.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    learning_rate(schedule, epoch);
                    return schedule[static_cast<std::size_t>(std::min(epoch, static_cast<Index>(schedule.size()) - 1))]
                        .rate;
                }),
        mistake(learning_rate, "one_epoch_late",
                "every change comes an epoch late: epochs are counted from 0, so a stage of 2 is epochs 0 and 1.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    return learning_rate(schedule, std::max<Index>(epoch - 1, 0));
                }),
        mistake(learning_rate, "one_epoch_early",
                "every change comes an epoch early: epochs are counted from 0, so a stage of 2 is epochs 0 and 1.",
                [](const std::vector<Stage>& schedule, Index epoch) { return learning_rate(schedule, epoch + 1); }),
        mistake(learning_rate, "zero_after_the_end",
                "the rate is 0 after the last stage: the last stage's rate goes on for ever.",
                [](const std::vector<Stage>& schedule, Index epoch) {
                    Index known = 0;
                    for (const Stage& stage : schedule) known += stage.epochs;
                    const double rate = learning_rate(schedule, epoch);
                    return epoch < known ? rate : 0;
                }),
        mistake(mini_batches, "not_shuffled", "the images come in their own order: shuffle them with permutation().",
                [](Index count, Index batch_size, std::uint32_t seed, Index epoch) {
                    mini_batches(count, batch_size, seed, epoch);
                    return in_order(count, batch_size);
                }),
        mistake(mini_batches, "same_order_every_epoch",
                "every epoch has the same order: the engine's seed is seed + epoch.",
                [](Index count, Index batch_size, std::uint32_t seed, Index) {
                    return mini_batches(count, batch_size, seed, 0);
                }),
        mistake(mini_batches, "rest_dropped",
                "the images that do not fill a batch are lost: they make a smaller last batch.",
                [](Index count, Index batch_size, std::uint32_t seed, Index epoch) {
                    auto batches = mini_batches(count, batch_size, seed, epoch);
                    if (!batches.empty() && static_cast<Index>(batches.back().size()) < batch_size) batches.pop_back();
                    return batches;
                }),
        mistake(take, "labels_not_taken_along", "the labels stay in their old order: every image must bring its own.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    Images batch = take(images, numbers);
                    for (std::size_t i = 0; i < numbers.size(); ++i) batch.labels[i] = images.labels[i];
                    return batch;
                }),
        mistake(take, "first_images", "these are the first images: the numbers say which are wanted.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    std::vector<Index> first(numbers.size());
                    for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<Index>(i);
                    return take(images, first);
                }),
        mistake(take, "flattened", "the pictures have lost their shape: only the first size changes.",
                [](const Images& images, const std::vector<Index>& numbers) {
                    Images batch = take(images, numbers);
                    const Index count = batch.x.size(0);
                    const Index length = images.x.count() / std::max<Index>(images.x.size(0), 1);
                    batch.x = std::move(batch.x).reshaped({count, length});
                    return batch;
                }),
        mistake(evaluate_report, "still_training",
                "the network is still in training mode: call set_training(false) before the first image.",
                [](const Images& images, Index batch_size, Index classes, std::uint32_t seed) {
                    return evaluate_with({.no_evaluation_mode = true}, images, batch_size, classes, seed);
                }),
        mistake(evaluate_report, "mean_of_batch_means",
                "the means of the batches are averaged as if all were of one size: weigh each by its number of images.",
                [](const Images& images, Index batch_size, Index classes, std::uint32_t seed) {
                    return evaluate_with({.means_of_means = true}, images, batch_size, classes, seed);
                }),
        mistake(evaluate_report, "rest_not_evaluated",
                "the last, smaller batch was not evaluated: it belongs to the mean like the others.",
                [](const Images& images, Index batch_size, Index classes, std::uint32_t seed) {
                    return evaluate_with({.drops_last = true}, images, batch_size, classes, seed);
                }),
        mistake(train_report, "never_shuffled",
                "the training images are never shuffled: ask mini_batches for each epoch.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.shuffles = false}), training, test, options, classes);
                }),
        mistake(train_report, "one_order_for_all_epochs",
                "all epochs have the order of the first: ask mini_batches anew, with the epoch's number.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.one_order = true}), training, test, options, classes);
                }),
        mistake(train_report, "last_batch_not_trained",
                "the last, smaller batch of each epoch is left out: it is trained on like the others.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.drops_last = true}), training, test, options, classes);
                }),
        mistake(train_report, "training_means_of_means",
                "training loss and accuracy are means of the batches' means: weigh each batch by its number of images.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.means_of_means = true}), training, test, options, classes);
                }),
        mistake(train_report, "rate_of_the_next_epoch",
                "the learning rate is that of the next epoch: epochs are counted from 0.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.next_rate = true}), training, test, options, classes);
                }),
        mistake(train_report, "schedule_ignored",
                "the learning rate of the first epoch is kept: ask the schedule at the start of every epoch.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.first_rate = true}), training, test, options, classes);
                }),
        mistake(train_report, "momentum_forgotten",
                "the momentum is 0: hand options.momentum to nn::Sgd when you make it.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.no_momentum = true}), training, test, options, classes);
                }),
        mistake(train_report, "velocities_lost",
                "the velocities are lost between epochs: make one nn::Sgd for the whole training.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.new_sgd = true}), training, test, options, classes);
                }),
        mistake(train_report, "stays_in_evaluation_mode",
                "from the second epoch on the network is in evaluation mode: evaluate() switched it, every epoch must "
                "switch back.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.stays_in_evaluation = true}), training, test, options, classes);
                }),
        mistake(train_report, "tested_in_training_mode",
                "the test images are evaluated in training mode: evaluation needs set_training(false).",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.no_evaluation_mode = true}), training, test, options, classes);
                }),
        mistake(train_report, "learns_from_the_test",
                "the network learns from the test images as well: they are only evaluated, without backward and step.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.learns_test = true}), training, test, options, classes);
                }),
        mistake(train_report, "tested_on_training_images",
                "the test score is that of the training images: evaluate the test images.",
                [](const Images& training, const Images& test, const TrainOptions& options, Index classes) {
                    return report_of(loop_with({.tests_training = true}), training, test, options, classes);
                }),

        // 10.7
        mistake(lenet_sizes, "first_not_padded",
                "the first convolution is not padded: it gets filter_size / 2 zeros on every side.",
                [](const LenetOptions& options) { return sizes_with(options, {.pads_first = false}); }),
        mistake(lenet_sizes, "all_padded", "every convolution is padded: only the first one is.",
                [](const LenetOptions& options) { return sizes_with(options, {.pads_all = true}); }),
        mistake(lenet_sizes, "pooling_never_overlaps",
                "the pooling moves by its size: it has a stride of its own, pool_stride.",
                [](const LenetOptions& options) { return sizes_with(options, {.pool_stride_is_size = true}); }),
        mistake(lenet_sizes, "rounded_up",
                "sizes are rounded up where the stride does not divide: leftover pixels are "
                "ignored.",
                [](const LenetOptions& options) { return sizes_with(options, {.rounds_up = true}); }),
        mistake(lenet_sizes, "biases_missing", "the biases are not counted: one for every filter and every neuron.",
                [](const LenetOptions& options) { return sizes_with(options, {.counts_biases = false}); }),
        mistake(lenet_sizes, "filters_of_one_channel",
                "the filters are counted with one channel: a filter is as deep as there are maps before it.",
                [](const LenetOptions& options) { return sizes_with(options, {.forgets_channels = true}); }),
        mistake(lenet_sizes, "ten_neurons_forgotten",
                "the last layer is not counted: ten neurons follow the hidden ones.",
                [](const LenetOptions& options) { return sizes_with(options, {.forgets_last_dense = true}); }),
        mistake(build_lenet_table, "built_relu_at_the_end",
                "a ReLU follows the last layer: the loss wants the ten numbers as they are.",
                [](const LenetOptions& options) { return built_with(options, {.relu_at_the_end = true}); }),
        mistake(build_lenet_table, "built_pooling_never_overlaps",
                "the pooling layers move by their size: give MaxPool2d pool_stride as well.",
                [](const LenetOptions& options) { return built_with(options, {.pool_stride_is_size = true}); }),
        mistake(build_lenet_table, "built_one_hidden_layer",
                "there is one hidden layer only: options.dense lists as many as you like.",
                [](const LenetOptions& options) { return built_with(options, {.one_hidden_layer = true}); }),
        mistake(build_lenet_table, "built_without_relu", "no ReLU follows the convolutions.",
                [](const LenetOptions& options) { return built_with(options, {.relu_missing = true}); }),
    };
    return list;
}
