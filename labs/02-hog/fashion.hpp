// Descriptors of many small images, and a linear support vector machine for every class of them.
#pragma once
#include <chrono>
#include <vector>

#include "data/dataset.hpp"
#include "hog.hpp"
#include "kernels/parallel.hpp"
#include "tensor/error.hpp"

namespace cnn::lab02 {

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Work that is worth a thread of its own, whatever it does: see kernels::parallel.
inline constexpr Index much_work = kernels::smallest_task;

// [N, D]: describe(image) of every image, each a row; the images are shared among the threads.
template <class Describe>
Tensor describe_all(const data::Dataset& images, const Describe& describe) {
    const Tensor first = describe(images.image(0));  // an error comes before the work begins
    const Index length = first.count();
    Tensor x = Tensor::uninitialized({images.count(), length});
    kernels::parallel(images.count(), much_work / 16, [&](Index n) {
        const Tensor row = describe(images.image(n));
        require(row.count() == length, "the descriptor of image {} has {} numbers, that of image 0 {}", n, row.count(),
                length);
        std::ranges::copy(row.values(), x.data() + n * length);
    });
    return x;
}

// Raw pixels, from 0 to 1.
inline Tensor pixels_of(const Image& image) {
    Tensor x({static_cast<Index>(image.pixels.size())});
    for (Index i = 0; i < x.count(); ++i) x[i] = static_cast<float>(image.pixels[static_cast<std::size_t>(i)]) / 255;
    return x;
}

// The mean of |x|² over the rows. A step of length η moves a row's own score by η |x|².
inline float mean_square_length(const Tensor& x) {
    double sum = 0;
    for (const float value : x.values()) sum += static_cast<double>(value * value);
    return static_cast<float>(sum / static_cast<double>(x.size(0)));
}

// One machine for each class: is it this one or another?
inline std::vector<Svm> one_against_the_rest(const Tensor& x, const std::vector<std::int32_t>& labels, Index classes,
                                             const Training& training) {
    std::vector<Svm> machines(static_cast<std::size_t>(classes));
    kernels::parallel(classes, much_work, [&](Index k) {
        Tensor answers({x.size(0)});
        for (Index n = 0; n < answers.count(); ++n)
            answers[n] = labels[static_cast<std::size_t>(n)] == k ? 1.0f : -1.0f;
        machines[static_cast<std::size_t>(k)] = train_svm(x, answers, training);
    });
    return machines;
}

// counts [K, K]: how many rows of x of class `row` get the highest score from the machine of class `column`.
inline Tensor confusion(const Tensor& x, const std::vector<std::int32_t>& labels, const std::vector<Svm>& machines) {
    const auto classes = static_cast<Index>(machines.size());
    std::vector<Tensor> answers(machines.size());
    kernels::parallel(classes, much_work, [&](Index k) {
        answers[static_cast<std::size_t>(k)] = scores(x, machines[static_cast<std::size_t>(k)]);
    });
    Tensor counts({classes, classes});
    for (Index n = 0; n < x.size(0); ++n) {
        Index best = 0;
        for (Index k = 1; k < classes; ++k)
            if (answers[static_cast<std::size_t>(k)](n) > answers[static_cast<std::size_t>(best)](n)) best = k;
        counts(labels[static_cast<std::size_t>(n)], best) += 1;
    }
    return counts;
}

// The share of the counts on the diagonal.
inline double accuracy(const Tensor& counts) {
    double right = 0, all = 0;
    for (Index k = 0; k < counts.size(0); ++k) right += static_cast<double>(counts(k, k));
    for (const float count : counts.values()) all += static_cast<double>(count);
    return right / all;
}

}  // namespace cnn::lab02
