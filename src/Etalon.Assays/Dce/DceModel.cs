namespace Etalon.Assays.Dce;

/// <summary>Models of tissue, in the terms of the Open Science Initiative for Perfusion Imaging.</summary>
public enum DceModel
{
    /// <summary>Ct = Ktrans ∫ cp exp(−kep (t − s)): Tofts and Kermode 1991.</summary>
    Tofts,

    /// <summary>Tofts with a plasma volume: vp cp + Ktrans ∫ cp exp(−kep (t − s)). Tofts 1997.</summary>
    ExtendedTofts,

    /// <summary>vp cp + PS ∫ cp: no way back within the time of the curve. Patlak 1983.</summary>
    Patlak,

    /// <summary>Two compartments, uptake only: plasma of flow Fp and volume vp, PS into a space that gives nothing back. Pradel 2003, Sourbron 2009.</summary>
    TwoCompartmentUptake,

    /// <summary>Two compartments that exchange. Brix 2004, Sourbron and Buckley 2012.</summary>
    TwoCompartmentExchange,
}

/// <summary>A parameter of a model.</summary>
public enum DceParameter
{
    /// <summary>Volume transfer constant, 1/s here and 1/min at borders.</summary>
    Ktrans,

    /// <summary>Rate back to the plasma, 1/s here.</summary>
    Kep,

    /// <summary>Volume of the extravascular extracellular space, as a share of the tissue.</summary>
    Ve,

    /// <summary>Volume of plasma, as a share of the tissue.</summary>
    Vp,

    /// <summary>Plasma flow, mL/(mL·s) here.</summary>
    Fp,

    /// <summary>Permeability-surface area product, mL/(mL·s) here.</summary>
    Ps,
}

/// <summary>Units in which parameters leave this room.</summary>
public static class DceUnits
{
    /// <summary>Unit (UCUM) of a parameter in maps and answers, and the factor to it from rates per s.</summary>
    /// <param name="parameter">Which.</param>
    public static (string Unit, double Factor) Of(DceParameter parameter) => parameter switch
    {
        DceParameter.Ktrans or DceParameter.Kep or DceParameter.Ps => ("/min", 60),
        DceParameter.Fp => ("mL/(100.mL.min)", 6000),
        _ => ("1", 1),
    };
}
