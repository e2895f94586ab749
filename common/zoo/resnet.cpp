#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nn/branching.hpp"
#include "nn/normalization.hpp"
#include "tensor/error.hpp"
#include "tensor/parallel.hpp"
#include "zoo/parts.hpp"

namespace cnn::zoo {
namespace {

using namespace nn;

// The convolution's bias would only be taken away again by the normalisation behind it.
Conv2d conv3x3(Index in, Index out, Index stride) {
    return Conv2d(in, out, {.size = 3, .stride = stride, .padding = 1}, false);
}

// He et al. 2015, figure 2 with figure 5 (left): two convolutions of 3 × 3.
Sequential basic_body(Index in, Index out, Index stride) {
    Sequential body;
    body.add("conv1", conv3x3(in, out, stride)).add("bn1", BatchNorm2d(out)).add("relu", ReLU());
    body.add("conv2", conv3x3(out, out, 1)).add("bn2", BatchNorm2d(out));
    return body;
}

// He et al. 2015, figure 5 (right): 1 × 1 to a quarter of the channels, 3 × 3, 1 × 1 back. The stride is where
// torchvision has it, in the filter of 3 × 3; the paper's is in the first of 1 × 1.
Sequential bottleneck_body(Index in, Index out, Index stride) {
    const Index inner = out / 4;
    Sequential body;
    body.add("conv1", Conv2d(in, inner, {.size = 1}, false)).add("bn1", BatchNorm2d(inner)).add("relu1", ReLU());
    body.add("conv2", conv3x3(inner, inner, stride)).add("bn2", BatchNorm2d(inner)).add("relu2", ReLU());
    body.add("conv3", Conv2d(inner, out, {.size = 1}, false)).add("bn3", BatchNorm2d(out));
    return body;
}

using Make = Sequential (*)(Index in, Index out, Index stride);

// `make_shortcut` where the shape changes, the identity elsewhere.
Sequential stage(Index blocks, Index in, Index out, Index stride, Make make_body, Make make_shortcut) {
    Sequential stage;
    for (Index i = 0; i < blocks; ++i) {
        const bool changes = i == 0 && (stride != 1 || in != out);
        Sequential block;
        block.add("", Residual(make_body(i == 0 ? in : out, out, i == 0 ? stride : 1),
                               changes ? make_shortcut(in, out, stride) : Sequential(), "downsample"));
        block.add("relu", ReLU());
        stage.add(std::move(block));
    }
    return stage;
}

// The same layers without shortcuts.
Sequential plain_stage(Index blocks, Index in, Index out, Index stride) {
    Sequential stage;
    for (Index i = 0; i < blocks; ++i) {
        Sequential block;
        block.add("", basic_body(i == 0 ? in : out, out, i == 0 ? stride : 1));
        block.add("relu", ReLU());
        stage.add(std::move(block));
    }
    return stage;
}

// Option B: a convolution of 1 × 1 where the shape changes.
Sequential projection(Index in, Index out, Index stride) {
    return Sequential(Conv2d(in, out, {.size = 1, .stride = stride}, false), BatchNorm2d(out));
}

// Option A: every stride-th pixel, with half of the new channels as zeros before and half behind. No parameters.
class ZeroPadded : public Layer {
public:
    ZeroPadded(Index in, Index out, Index stride)
        : before_((out - in) / 2), behind_(out - in - before_), stride_(stride) {
        require(out >= in, "ZeroPadded: {} channels cannot become {}", in, out);
    }
    Tensor forward(Tensor x) override { return forward_shared(std::make_shared<const Tensor>(std::move(x))); }
    Tensor forward_shared(const SharedTensor& x) override {
        x_shape_ = x->shape();
        Tensor y = Tensor::uninitialized(output_shape(x_shape_));
        for_images(y, [&](Index from, Index to) { y[to] = (*x)[from]; });
        return y;
    }
    Tensor backward(Tensor dy) override {
        Tensor dx = Tensor::uninitialized(x_shape_);
        for_images(dx, [&](Index from, Index to) { dx[from] = dy[to]; });
        return dx;
    }
    std::string kind() const override { return "ZeroPadded"; }
    std::string details() const override { return fmt::format("+{} channels, stride {}", before_ + behind_, stride_); }
    Shape output_shape(const Shape& x) const override {
        return {x[0], x[1] + before_ + behind_, (x[2] + stride_ - 1) / stride_, (x[3] + stride_ - 1) / stride_};
    }

private:
    // Fills `result` with zeros, and calls f(place in x, place in y) for every pixel that is kept.
    template <class F>
    void for_images(Tensor& result, const F& f) const {
        const Shape y = output_shape(x_shape_);
        const Index image = result.count() / std::max<Index>(y[0], 1);
        parallel_for(0, y[0], [&](Index n) {
            std::fill_n(result.data() + n * image, image, 0.0f);
            for (Index c = 0; c < x_shape_[1]; ++c)
                for (Index i = 0; i < y[2]; ++i)
                    for (Index j = 0; j < y[3]; ++j)
                        f(((n * x_shape_[1] + c) * x_shape_[2] + i * stride_) * x_shape_[3] + j * stride_,
                          ((n * y[1] + c + before_) * y[2] + i) * y[3] + j);
        });
    }

    Index before_, behind_, stride_;
    Shape x_shape_;
};
Sequential zero_padded(Index in, Index out, Index stride) { return Sequential(ZeroPadded(in, out, stride)); }

// Section 4.2: 6n + 2 layers for 32 × 32 pixels. `make_stage(blocks, in, out, stride)`.
template <class F>
Network for_small_images(Index n, Index classes, const F& make_stage) {
    Sequential network;
    network.add("conv1", conv3x3(3, 16, 1)).add("bn1", BatchNorm2d(16)).add("relu", ReLU());
    network.add("layer1", make_stage(n, 16, 16, 1)).add("layer2", make_stage(n, 16, 32, 2));
    network.add("layer3", make_stage(n, 32, 64, 2));
    network.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten()).add("fc", Dense(64, classes));
    return {std::move(network), {3, 32, 32}, classes};
}
Network small_resnet(Index n, Index classes) {
    return for_small_images(n, classes, [](Index blocks, Index in, Index out, Index stride) {
        return stage(blocks, in, out, stride, basic_body, zero_padded);
    });
}
Network small_plain(Index n, Index classes) { return for_small_images(n, classes, plain_stage); }

// Table 1: the networks for 224 × 224 pixels, with shortcuts of option B.
Network for_photos(const std::array<Index, 4>& blocks, bool bottleneck, Index classes) {
    const Index widening = bottleneck ? 4 : 1;
    Sequential network;
    network.add("conv1", Conv2d(3, 64, {.size = 7, .stride = 2, .padding = 3}, false));
    network.add("bn1", BatchNorm2d(64)).add("relu", ReLU());
    network.add("maxpool", MaxPool2d({.size = 3, .stride = 2, .padding = 1}));
    Index in = 64;
    for (Index i = 0; i < 4; ++i) {
        const Index out = (64 << i) * widening;
        network.add(fmt::format("layer{}", i + 1), stage(blocks[static_cast<std::size_t>(i)], in, out, i == 0 ? 1 : 2,
                                                         bottleneck ? bottleneck_body : basic_body, projection));
        in = out;
    }
    network.add("avgpool", AdaptiveAvgPool2d()).add("flatten", Flatten()).add("fc", Dense(in, classes));
    return {std::move(network), {3, 224, 224}, classes};
}

}  // namespace

Network resnet20(Index classes) { return small_resnet(3, classes); }
Network resnet32(Index classes) { return small_resnet(5, classes); }
Network resnet44(Index classes) { return small_resnet(7, classes); }
Network resnet56(Index classes) { return small_resnet(9, classes); }
Network resnet110(Index classes) { return small_resnet(18, classes); }

Network plain20(Index classes) { return small_plain(3, classes); }
Network plain32(Index classes) { return small_plain(5, classes); }
Network plain44(Index classes) { return small_plain(7, classes); }
Network plain56(Index classes) { return small_plain(9, classes); }

Network resnet18(Index classes) { return for_photos({2, 2, 2, 2}, false, classes); }
Network resnet34(Index classes) { return for_photos({3, 4, 6, 3}, false, classes); }
Network resnet50(Index classes) { return for_photos({3, 4, 6, 3}, true, classes); }
Network resnet101(Index classes) { return for_photos({3, 4, 23, 3}, true, classes); }
Network resnet152(Index classes) { return for_photos({3, 8, 36, 3}, true, classes); }

}  // namespace cnn::zoo
