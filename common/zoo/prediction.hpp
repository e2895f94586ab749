// What a network says about photos: one crop, ten crops or the whole photo; one photo or a folder of them.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/image_folder.hpp"
#include "zoo/classes.hpp"
#include "zoo/zoo.hpp"

namespace cnn::zoo {

// How a photo of any size becomes the square that the network `name` was designed for: the shorter side to 8/7 of it
// (256 for 224), the square from that; mean and deviation of ImageNet's colours. torchvision's GoogLeNet was trained on
// values from -1 to 1 instead. Throws Error for a network of gray images.
data::Preparation preparation_of(const std::string& name, const Network& network);

enum class View {
    centre,  // the square in the middle
    ten,     // ten squares, the mean of ten softmaxes (Krizhevsky et al. 2012, section 4.1)
    dense,  // the whole photo and its mirror image: a network with dense layers for maps of one size moves over it as a
            // convolution does, its scores are averaged (Sermanet et al. 2014; Simonyan and Zisserman 2014, section
            // 3.2); one that averages whole maps itself, as ResNet and GoogLeNet, sees it at once
};

// Refers to the network, which it puts into evaluation mode. `preparation` names the square that the network was
// designed for; with the dense view, ShapeError where that does not fit it.
class Predictor {
public:
    Predictor(nn::Sequential& network, data::Preparation preparation, View view);
    Predictor(const Predictor&) = delete;
    ~Predictor();

    // What the network needs to see of a photo; may run in parallel with everything else.
    Tensor prepare(const Image& photo) const;
    // Probabilities [N, M] of the photos that these were made of. With the dense view, DataError where one is too small
    // for the network.
    Tensor probabilities(const std::vector<Tensor>& prepared) const;
    Tensor probabilities(const Image& photo) const;  // [M]

private:
    struct Dense;  // the network as a convolution
    nn::Sequential& network_;
    data::Preparation preparation_;
    View view_;
    std::unique_ptr<Dense> dense_;
};

struct Guess {
    Index label;
    float probability;
};
// The k most probable of [M], the best first.
std::vector<Guess> best_guesses(const Tensor& probabilities, Index k);

struct FolderErrors {
    Index photos = 0, unreadable = 0;
    Index wrong_first = 0, wrong_five = 0;  // photos whose class is not the best, not among the five best

    double top_1() const { return static_cast<double>(wrong_first) / static_cast<double>(photos); }
    double top_5() const { return static_cast<double>(wrong_five) / static_cast<double>(photos); }
};
struct FolderOptions {
    Index batch = 16;
    std::function<void(const std::string& why)> report = {};  // told of every photo that cannot be read; it is skipped
    std::function<void(const FolderErrors& so_far)> progress = {};  // after each batch
};
// Top-1 and top-5 error on an image folder (data/image_folder.hpp) in ImageNet's layout. Folders are found among
// `classes` by their names; where none of them is, and there are as many as classes, they are taken in their order.
// Throws DataError where that leaves a folder without a class, or where no photo can be read.
FolderErrors evaluate_folder(const Predictor& predictor, const data::ImageFolder& images,
                             const std::vector<ClassName>& classes, const FolderOptions& options);

}  // namespace cnn::zoo
