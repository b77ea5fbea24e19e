namespace PaymentGateway.Simulators.Stripe;

/// <summary>Amounts are whole smallest units; Stripe's page "Supported currencies" has the exceptions.</summary>
internal static class StripeCurrencies
{
    private static readonly HashSet<string> zeroDecimal = Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf");
    private static readonly HashSet<string> threeDecimal = Set("bhd jod kwd omr tnd");

    /// <summary>Written with two decimals that must be 00.</summary>
    private static readonly HashSet<string> wholeInTwo = Set("isk ugx");

    private static readonly HashSet<string> twoDecimal = Set(
        "usd aed afn all amd aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd yer zar zmw");

    private static HashSet<string> Set(string codes) => new(codes.Split(' '), StringComparer.Ordinal);

    public static bool Knows(string code) =>
        twoDecimal.Contains(code) || zeroDecimal.Contains(code) || threeDecimal.Contains(code) || wholeInTwo.Contains(code);

    /// <summary>What an amount must be a multiple of.</summary>
    public static long Step(string code) => wholeInTwo.Contains(code) ? 100 : threeDecimal.Contains(code) ? 10 : 1;

    /// <summary>About half a dollar; other currencies are not converted here.</summary>
    public static long Least(string code) => code is "usd" or "eur" or "gbp" ? code == "gbp" ? 30 : 50 : 1;
}
