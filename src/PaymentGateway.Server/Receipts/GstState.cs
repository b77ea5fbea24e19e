using System.Collections.Frozen;

namespace PaymentGateway.Receipts;

/// <summary>A state or union territory of India, with the two digits that stand for it on tax documents.</summary>
public sealed record GstState
{
    private static readonly FrozenDictionary<string, GstState> byCode = new GstState[]
    {
        new("01", "Jammu and Kashmir"), new("02", "Himachal Pradesh"), new("03", "Punjab"), new("04", "Chandigarh", hasUtgst: true),
        new("05", "Uttarakhand"), new("06", "Haryana"), new("07", "Delhi"), new("08", "Rajasthan"), new("09", "Uttar Pradesh"),
        new("10", "Bihar"), new("11", "Sikkim"), new("12", "Arunachal Pradesh"), new("13", "Nagaland"), new("14", "Manipur"),
        new("15", "Mizoram"), new("16", "Tripura"), new("17", "Meghalaya"), new("18", "Assam"), new("19", "West Bengal"),
        new("20", "Jharkhand"), new("21", "Odisha"), new("22", "Chhattisgarh"), new("23", "Madhya Pradesh"), new("24", "Gujarat"),
        new("26", "Dadra and Nagar Haveli and Daman and Diu", hasUtgst: true), new("27", "Maharashtra"), new("29", "Karnataka"),
        new("30", "Goa"), new("31", "Lakshadweep", hasUtgst: true), new("32", "Kerala"), new("33", "Tamil Nadu"), new("34", "Puducherry"),
        new("35", "Andaman and Nicobar Islands", hasUtgst: true), new("36", "Telangana"), new("37", "Andhra Pradesh"),
        new("38", "Ladakh", hasUtgst: true), new("97", "Other Territory", hasUtgst: true),
    }.ToFrozenDictionary(state => state.Code, StringComparer.Ordinal);

    private GstState(string code, string name, bool hasUtgst = false) => (Code, Name, HasUtgst) = (code, name, hasUtgst);

    public string Code { get; }

    public string Name { get; }

    /// <summary>A union territory without a parliament of its own: what is SGST elsewhere is called UTGST there.</summary>
    public bool HasUtgst { get; }

    public static IEnumerable<GstState> All => byCode.Values.OrderBy(state => state.Code, StringComparer.Ordinal);

    public static GstState? Find(string? code) => code is null ? null : byCode.GetValueOrDefault(code);

    public override string ToString() => $"{Name} ({Code})";
}
