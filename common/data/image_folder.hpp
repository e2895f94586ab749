// Photos in folders, one folder a class, as ImageNet comes: tench/n01440764_36.jpg or n01440764/n01440764_36.JPEG.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/batches.hpp"
#include "data/preparation.hpp"

namespace cnn::data {

struct LabelledFile {
    std::filesystem::path path;
    std::int32_t label = 0;
};

struct ImageFolder {
    std::filesystem::path folder;
    std::vector<LabelledFile> files;         // class by class, each in the order of its names
    std::vector<std::string> class_names;    // names of the folders, sorted: a label is a place in this list
    std::vector<std::string> left_out = {};  // what is there and was not taken, a sentence each

    Index count() const { return static_cast<Index>(files.size()); }
};

// Finds photos (data/photo_files.hpp says which files are) in the folders below `folder` and the folders in those;
// nothing is decoded yet. A folder without a photo is no class. Tiny ImageNet's val/, whose photos lie in one folder
// and whose classes stand in val_annotations.txt, is read as well. Throws DataError where there is no such folder, no
// photo in it, or one folder under two names.
ImageFolder open_image_folder(const std::filesystem::path& folder);

struct FolderBatchOptions {
    Index size = 64;
    bool training = false;     // shuffled anew by every epoch, random crops; otherwise in order, centre crops
    bool as_they_are = false;  // centre crops in training, too
    std::uint32_t seed = 1;
    Preparation preparation = {};
    // Told once of every photo that cannot be read; it is left out of its batch. Called from any thread, one at a time.
    std::function<void(const std::string& why)> report = {};
};

// Mini-batches of photos that are decoded in parallel, one batch ahead of the training loop.
class FolderBatches {
public:
    // Throws ShapeError for a batch size below 1 and a preparation that cannot be done.
    FolderBatches(ImageFolder images, FolderBatchOptions options);

    const ImageFolder& images() const;
    const FolderBatchOptions& options() const;
    Index per_epoch() const;

    // Batch `number` of epoch `epoch`, both from 0; the one after it is begun in the background. It depends on files,
    // options and the two numbers alone. No labels, and x [0, 3, crop, crop], where no photo of the batch can be read:
    // pass it over. Throws DataError when all photos were tried and none can be read. One call at a time.
    Batch batch(Index epoch, Index number) const;

private:
    struct State;
    std::shared_ptr<State> state_;  // copies share it
};

}  // namespace cnn::data
