namespace PaymentGateway.Identity;

/// <summary>A column of texts that <see cref="SecretVault"/> has sealed. The area that owns it registers it.</summary>
/// <param name="Table">With its schema.</param>
/// <param name="Key">The columns of the primary key, all of them texts.</param>
/// <param name="Column">The sealed text; null where there is none.</param>
/// <param name="Bound">The columns that the purpose is made of.</param>
/// <param name="PurposeOf">What a text was sealed for, from the values of <paramref name="Bound"/>.</param>
public sealed record SealedColumn(
    string Table, IReadOnlyList<string> Key, string Column, IReadOnlyList<string> Bound, Func<IReadOnlyList<string>, string> PurposeOf)
{
    public override string ToString() => $"{Table}.{Column}";
}
