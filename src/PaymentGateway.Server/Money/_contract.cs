namespace PaymentGateway;
public readonly record struct Currency(string Code);
public readonly record struct Money(long Minor, Currency Currency);
