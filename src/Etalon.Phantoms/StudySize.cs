namespace Etalon.Phantoms;

/// <summary>How fine a virtual study is.</summary>
public enum StudySize
{
    /// <summary>40 x 48 x 22 voxels of 4.4 x 4.1 x 6.4 mm: hundreds of seeds in minutes.</summary>
    Small,

    /// <summary>84 x 104 x 44 voxels of 2.1 x 1.9 x 3.2 mm: what a demonstration shows.</summary>
    Full,
}
