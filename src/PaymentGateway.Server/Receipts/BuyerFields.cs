using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>What a buyer must look like to stand on a receipt, for those who ask before anything is paid.</summary>
public static class BuyerFields
{
    internal const string StateDigits = "must be the two digits of a state, such as 27";

    /// <param name="field">What the request calls the buyer.</param>
    /// <param name="buyer">As it was sent.</param>
    /// <param name="faults">Collects what is wrong.</param>
    public static void Check(string field, ReceiptBuyer buyer, FieldFaults faults)
    {
        ReceiptFields.Check($"{field}.name", buyer.Name, 120, faults, isRequired: true);
        ReceiptFields.CheckLines($"{field}.address", buyer.Address, 5, 100, faults);
        var number = Gstin.Parse(buyer.Gstin);
        faults.AddUnless(buyer.Gstin is null || number is not null, $"{field}.gstin", "must be a GSTIN with its check character");
        faults.AddUnless(buyer.State is null || GstState.Find(buyer.State) is not null, $"{field}.state", StateDigits);
        faults.AddUnless(
            number is null || buyer.State is null || number.State.Code == buyer.State, $"{field}.state", "must be that of the GSTIN");
    }
}
