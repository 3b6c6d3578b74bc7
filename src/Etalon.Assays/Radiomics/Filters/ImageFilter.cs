namespace Etalon.Assays.Radiomics.Filters;

/// <summary>A filter of images.</summary>
public abstract record ImageFilter
{
    internal abstract float[] Apply(VoxelBox box, int threads);
}
