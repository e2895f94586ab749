// Wrong answers to 10.1, 10.2 and 10.3: the parts of the network of 1998.
#pragma once
#include <algorithm>
#include <cmath>

#include "bitmaps.hpp"
#include "grader/exercise.hpp"
#include "layers.hpp"

namespace cnn::lab10::wrong {

using grader::mistake;
using grader::Replacement;

// ---- 10.1 ----

inline Tensor transposed(const Tensor& table) {
    Tensor result({table.size(1), table.size(0)});
    for (Index i = 0; i < table.size(0); ++i)
        for (Index j = 0; j < table.size(1); ++j) result(j, i) = table(i, j);
    return result;
}

// The rules of table I, of which one can go wrong.
struct TableRules {
    bool wraps_around = true;    // 5 is followed by 0
    bool cuts_off = false;       // 5 is followed by nothing
    bool pairs_as_four = false;  // columns 12 to 14 as four neighbours, too
};
inline Tensor table_by(const TableRules& rules) {
    Tensor table({6, 16});
    const auto neighbours = [&](Index k, Index first, Index count) {
        if (!rules.wraps_around) first = std::min(first, 6 - count);
        for (Index i = 0; i < count; ++i)
            if (!rules.cuts_off || first + i < 6) table((first + i) % 6, k) = 1;
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

inline Tensor gather_in_order_of_inputs(const Tensor& all, const Tensor& table) {
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

inline Tensor last_image_only(const Tensor& x) {
    Tensor result(x.shape());
    const Index length = x.count() / x.size(0);
    std::copy_n(x.data() + x.count() - length, length, result.data() + x.count() - length);
    return result;
}

// dy with zeros but for the last value of each map, of the last image.
inline Tensor last_values_only(const Tensor& dy) {
    Tensor last(dy.shape());
    const Index size = dy.size(2) * dy.size(3);
    for (Index c = 1; c <= dy.size(1); ++c) {
        const Index i = dy.count() - 1 - (c - 1) * size;
        last[i] = dy[i];
    }
    return last;
}

// ---- 10.3 ----

template <class F>
Tensor each(Tensor x, const F& f) {
    for (float& value : x.values()) value = f(value);
    return x;
}

// Pixel j of digit d as a picture that is read column by column.
inline Tensor codes_by_columns() {
    Tensor codes = digit_codes();
    const Tensor right = codes;
    for (Index digit = 0; digit < 10; ++digit)
        for (Index row = 0; row < bitmap_height; ++row)
            for (Index column = 0; column < bitmap_width; ++column)
                codes(digit, column * bitmap_height + row) = right(digit, row * bitmap_width + column);
    return codes;
}

// Equation 9 with exponentials as they stand in it.
inline nn::LossResult plain_exponentials(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
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
inline nn::LossResult first_term_only(const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
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

// Right but for `correct`: the answer is the last class that is_better(penalty, best so far).
template <class F>
nn::LossResult counted_by(const Tensor& y, const std::vector<std::int32_t>& labels, double j, const F& is_better) {
    nn::LossResult result = map_loss(y, labels, j);
    result.correct = 0;
    for (Index n = 0; n < y.size(0); ++n) {
        Index best = 0;
        for (Index i = 0; i < y.size(1); ++i)
            if (is_better(y(n, i), y(n, best))) best = i;
        result.correct += best == labels[static_cast<std::size_t>(n)];
    }
    return result;
}

inline std::vector<Replacement> layer_mistakes() {
    return {
        // 10.1
        mistake(connection_table, "table_transposed",
                "the table is turned: its rows are the 6 maps of S2, its columns the 16 maps of C3.",
                [] { return transposed(connection_table()); }),
        mistake(connection_table, "no_wrap_around",
                "the groups of neighbours stop at map 5: in the paper they go on with map 0, so that every map of S2 "
                "feeds ten of C3.",
                [] { return table_by({.wraps_around = false}); }),
        mistake(connection_table, "neighbours_cut_off",
                "the groups of neighbours end at map 5, and those that begin near it have fewer: 5 is followed by 0, "
                "so that columns 4 and 5 have three neighbours, too, and columns 9 to 11 four.",
                [] { return table_by({.cuts_off = true}); }),
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
        mistake(subsample_backward, "assigned_not_added",
                "da and db hold the last value of each map only: every value of the map adds to them (+=, not =).",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    const SubsampleGradients last = subsample_backward(last_values_only(dy), x, a);
                    return SubsampleGradients{subsample_backward(dy, x, a).dx, last.da, last.db};
                }),
        mistake(subsample_backward, "db_assigned",
                "db holds the last value of each map only: every value of the map adds to it (+=, not =).",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    const SubsampleGradients g = subsample_backward(dy, x, a);
                    return SubsampleGradients{g.dx, g.da, subsample_backward(last_values_only(dy), x, a).db};
                }),
        mistake(subsample_backward, "first_image_only_in_db",
                "db holds the first image's part only: the bias is shared by all images.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    const SubsampleGradients g = subsample_backward(dy, x, a);
                    Tensor first = dy;
                    for (Index i = dy.count() / dy.size(0); i < dy.count(); ++i) first[i] = 0;
                    return SubsampleGradients{g.dx, g.da, subsample_backward(first, x, a).db};
                }),
        mistake(subsample_backward, "coefficient_in_da",
                "da is multiplied by the coefficient: a(c) has the derivative 1 by itself, what stays is the sum of "
                "the four inputs.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    for (Index c = 0; c < a.size(0); ++c) g.da(c) *= a(c);
                    return g;
                }),
        mistake(subsample_backward, "coefficient_in_db",
                "db is multiplied by the coefficient: the bias is added after the multiplication.",
                [](const Tensor& dy, const Tensor& x, const Tensor& a) {
                    SubsampleGradients g = subsample_backward(dy, x, a);
                    for (Index c = 0; c < a.size(0); ++c) g.db(c) *= a(c);
                    return g;
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
        mistake(map_loss, "shares_of_the_classes_alone",
                "the classes' shares in the gradient leave e^-j out of their sum: it takes a share, too.",
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    nn::LossResult result = map_loss(y, labels, j);
                    result.gradient = map_loss(y, labels, 1e6).gradient;
                    return result;
                }),
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
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    return counted_by(y, labels, j, [](float penalty, float best) { return penalty > best; });
                }),
        mistake(map_loss, "last_of_equal_penalties",
                "of equal penalties the last counts as the answer: a later one must be smaller, not as small.",
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    return counted_by(y, labels, j, [](float penalty, float best) { return penalty <= best; });
                }),
        mistake(map_loss, "every_equal_penalty_counts",
                "a row counts as right where another class has the same penalty as the label, too: of equal ones only "
                "the first counts.",
                [](const Tensor& y, const std::vector<std::int32_t>& labels, double j) {
                    nn::LossResult result = map_loss(y, labels, j);
                    result.correct = 0;
                    for (Index n = 0; n < y.size(0); ++n) {
                        const float* row = y.data() + n * y.size(1);
                        result.correct +=
                            row[labels[static_cast<std::size_t>(n)]] == *std::min_element(row, row + y.size(1));
                    }
                    return result;
                }),
    };
}

}  // namespace cnn::lab10::wrong
